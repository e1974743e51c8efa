// One call of a compiler: its words, where it was called, and with what environment.
#ifndef LLMOPT_REQUEST_H
#define LLMOPT_REQUEST_H

#include "blake2b.h"
#include "bytes.h"
#include "program.h"
#include "reason.h"

#include <stdbool.h>

struct request {
    char **words; // NULL-terminated, the compiler first
    struct program compiler;
    char *cwd; // NULL: deleted, or not to be told
};

// Finds the compiler and the working directory.
struct request request_take(char **words);

// The name of this command's manifest. False: there is none, as something is not known. The
// encoding is described in docs/formats/manifest.md.
bool request_digest(const struct request *request, unsigned char digest[DIGEST_SIZE]);

// Does the environment ask for the compiler and nothing else?
enum reason environment_reason(void);

// The variables that belong to a command, ended by NULL.
extern const char *const command_variables[];

// u64 count, then each word as a field.
void add_words(struct bytes *bytes, char **words);

#endif
