// A hot unit: compile it as asked, then put the better object in its place.
#ifndef LLMOPT_HOT_H
#define LLMOPT_HOT_H

#include "command.h"
#include "index.h"
#include "project.h"
#include "request.h"

#include <stdint.h>

struct unit {
    const struct request *request;
    const struct command *command;
    const struct project *project;
    struct hot_entry entry;
    const char *folder; // of the state, below the root, with a slash at its end
    int64_t started;    // by clock_ms
};

// Ends as the compiler ends. Returns only where it has nothing to do or cannot: then the compiler
// has not run.
void compile_hot(const struct unit *unit);

// Has the Python half make the index anew. False: it could not, or not in time.
bool reindex(const struct project *project);

#endif
