// The commands of a private build, written down for the Python half.
#ifndef LLMOPT_RECORD_H
#define LLMOPT_RECORD_H

#include "request.h"

#include <stdbool.h>

// Appends the request to the file that LLMOPT_RECORD names, where it is set and the command
// compiles. True where it is set: the build is a private one, and no recipe is wanted.
//
// A record is a u32 size of what follows and then fields: the working directory, u64 count of
// words, each of them, u64 count of variables, the name and the value of each.
bool record_request(const struct request *request);

#endif
