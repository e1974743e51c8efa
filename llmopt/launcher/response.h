// Response files: the words of a command that stand in a file, `@file`.
#ifndef LLMOPT_RESPONSE_H
#define LLMOPT_RESPONSE_H

#include <stdbool.h>

// The words with those of each response file in its place; `words` itself where there is none. A
// file that is not there, or that gcc and clang would not cut into the same words, stays as
// `@file`. `expanded` is set where a file was. By malloc, never to be freed; NULL when memory ran
// out.
char **expand_response_files(char **words, bool *expanded);

#endif
