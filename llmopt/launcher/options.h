// What the launcher knows about the options of C compilers.
#ifndef LLMOPT_OPTIONS_H
#define LLMOPT_OPTIONS_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>

enum form { FLAG, JOINED, SEPARATE, EITHER };

struct option {
    const char *spelling;
    size_t size; // of the spelling
    enum form form;
    char letter;        // class; 0 where the command is passed
    enum reason reason; // why it is passed; REASON_NONE where it is not
    bool runs;          // the compile has to run: it says or does more than make an object
};

// The option that `word` is; NULL when it is unknown.
const struct option *find_option(const char *word);

#endif
