// `llmopt VERB ...`: what is not a compile goes to the Python half.
#ifndef LLMOPT_VERBS_H
#define LLMOPT_VERBS_H

#include <stdbool.h>

bool is_verb(const char *word);

// Becomes the Python half with these words behind its name.
_Noreturn void run_verb(char **words);

#endif
