// .llmopt/launcher.log: one JSON line for each compile of a hot unit.
#ifndef LLMOPT_LOG_H
#define LLMOPT_LOG_H

#include "reason.h"

#include <stdbool.h>
#include <stdint.h>

struct log_line {
    const char *source; // below the root
    const char *output; // as given
    const char *cwd;
    const char *action; // "swapped", "direct" or "passed"
    enum reason reason;
    const unsigned char *object;   // digest; NULL: none
    const unsigned char *manifest; // digest
    uint64_t milliseconds;         // the whole launch
    uint64_t compile_ms;           // of them the compiler's; 0: it did not run
};

// Where it cannot be written, it is not.
void log_append(const char *root, const struct log_line *line);

#endif
