// Where a source belongs.
#ifndef LLMOPT_PROJECT_H
#define LLMOPT_PROJECT_H

#include <stdbool.h>

struct project {
    char *root;           // absolute, without a slash at its end
    const char *relative; // the source below the root; part of `source`
    char *source;         // absolute, normalised
};

// The nearest directory above `source` with an llmopt.yaml. False: there is none.
bool find_project(const char *cwd, const char *source, struct project *project);

#endif
