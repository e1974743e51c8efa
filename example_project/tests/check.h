/* check.h - tiny helper for unit tests: failed checks are printed and counted. */
#ifndef SIGKIT_CHECK_H
#define SIGKIT_CHECK_H

#include <math.h>
#include <stdio.h>

static int check_failures;

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
            check_failures++;                                                       \
        }                                                                           \
    } while (0)

#define CHECK_NEAR(a, b, tolerance) CHECK(fabs((double)(a) - (double)(b)) <= (tolerance))

static inline int check_result(void)
{
    if (check_failures > 0) {
        fprintf(stderr, "%d checks failed\n", check_failures);
        return 1;
    }
    return 0;
}

#endif
