#include "tally.h"

size_t tally(const unsigned char *bytes, size_t size, unsigned char wanted) {
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += bytes[i] == wanted;
    return count;
}

/* BETTER is what the tests' recipe defines. */
#ifdef BETTER
const char *made_by(void) { return "recipe"; }
#else
const char *made_by(void) { return "compiler"; }
#endif
