// Options by which the Python half and the tests ask this program what it thinks, so that there is
// one parser and one digest for both languages. They print one line and end.
//
//   llmopt --analyse COMPILER args...         what the command is, as JSON
//   llmopt --command-digest COMPILER args...  the name of its manifest
//   llmopt --blake2b FILE [SIZE]              the digest of a file, SIZE bytes (32)
#ifndef LLMOPT_PLUMBING_H
#define LLMOPT_PLUMBING_H

#include <stdbool.h>

// Ends the process where `words` begin with such an option; returns where they do not.
void run_plumbing(char **words);

#endif
