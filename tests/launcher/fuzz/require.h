// What has to hold under any input.
#ifndef LLMOPT_FUZZ_REQUIRE_H
#define LLMOPT_FUZZ_REQUIRE_H

#include <stdio.h>
#include <stdlib.h>

// The sanitizers report the abort with its stack, and libFuzzer keeps the input.
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);         \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
