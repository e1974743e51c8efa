// A compiler's command line, understood.
#ifndef LLMOPT_COMMAND_H
#define LLMOPT_COMMAND_H

#include "bytes.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>

struct command {
    // REASON_NONE: a unit, one C source compiled to one object. Otherwise why it is passed, and the
    // rest is not to be used.
    enum reason reason;
    const char *source; // as given
    char *output;       // as given, or derived from the source
    char *dependencies; // the dependency file; NULL: none
    // Is all that the compile leaves behind the object, that file and diagnostics, so that a cache
    // can give them without a compiler?
    bool plain;
    char *classes; // one letter for each word; see options.def; S is the source
};

// Looks at `words` (NULL-terminated, the compiler first) and nothing else: neither at the
// environment nor at files.
void command_parse(char **words, struct command *command);
// What it found, as the JSON object of docs/formats/manifest.md.
void command_describe(const struct command *command, struct bytes *text);

void command_free(struct command *command);

// Is `name` (without directories) a compiler that may be called for C, as
// `x86_64-linux-gnu-gcc-12`?
bool is_c_compiler(const char *name);

size_t count_words(char **words);

#endif
