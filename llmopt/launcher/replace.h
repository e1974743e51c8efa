// Objects given in place of the compiler's, in a private build.
#ifndef LLMOPT_REPLACE_H
#define LLMOPT_REPLACE_H

#include "request.h"

// Where LLMOPT_REPLACE names a directory that holds an object for this command's output (its name
// is the BLAKE2b-256 of the output's absolute path, as hex): compiles, puts the object in the place
// of the compiler's, and ends with the compiler's status. Returns in every other case.
//
// A build tool relinks what depends on an object only if the object's own command made it: this is
// how a candidate gets into a private build without touching the build tool's records.
void compile_and_replace(const struct request *request);

#endif
