// .llmopt/launcher.log: one JSON line for each compile of a hot unit.
#ifndef LLMOPT_LOG_H
#define LLMOPT_LOG_H

#include "reason.h"

#include <stdbool.h>
#include <stdint.h>

struct log_line {
    const char *source; // below the root
    const char *output; // as given
    bool swapped;
    enum reason reason;
    const unsigned char *object;   // digest; NULL: none
    const unsigned char *manifest; // digest
    uint64_t milliseconds;         // the whole compile, with our part
};

// Where it cannot be written, it is not.
void log_append(const char *root, const struct log_line *line);

#endif
