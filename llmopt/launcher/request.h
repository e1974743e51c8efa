// One call of a compiler: its words, where it was called, and with what environment.
#ifndef LLMOPT_REQUEST_H
#define LLMOPT_REQUEST_H

#include "blake2b.h"
#include "bytes.h"
#include "program.h"
#include "reason.h"

#include <stdbool.h>

struct request {
    char **given;  // NULL-terminated, the compiler first: what is run
    char **words;  // the same with the words of response files in their place
    bool expanded; // are there any?
    struct program compiler;
    char *cwd; // NULL: deleted, or not to be told
};

// Finds the compiler and the working directory, and reads response files.
struct request request_take(char **words);

// The name of this command's manifest. False: there is none, as something is not known. The
// encoding is described in docs/formats/manifest.md.
bool request_digest(const struct request *request, unsigned char digest[DIGEST_SIZE]);

// Is every unit to be swapped for the compiler's own object (LLMOPT_IDENTITY)?
bool identity_wanted(void);

// Does the environment ask for the compiler and nothing else?
enum reason environment_reason(void);

// The variables that belong to a command, ended by NULL.
extern const char *const command_variables[];

// u64 count, then each word as a field.
void add_words(struct bytes *bytes, char **words);

#endif
