/* Calls that may go wrong: tries that are taken back, and runs that end their process. */
#ifndef LLMOPT_GUARD_H
#define LLMOPT_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome {
    NOTHING, /* the process ended without a word */
    RETURNED,
    FAULTED, /* by a signal: `signal`, `address` */
    TOO_LONG,
    REFUSED, /* something no program may do was done to the heap */
    OUTSIDE  /* the contract says that nobody calls it so */
};

struct ending {
    enum outcome outcome;
    int signal, error; /* error: errno as the last call left it */
    const void *address;
    unsigned call; /* the last one that was begun */
};

void guard_begin(void);
/* How long the process may take from now on: of the processor's time, and about ten times that
 * by the clock. */
void guard_limit(uint64_t microseconds);
/* Makes the case's calls. In a try, what goes wrong comes back; else the process ends with
 * `report`, which is told first. `show`, if there is one, is told of each call before it is made,
 * with its arguments as they are then. */
struct ending guard_try(void);
struct ending guard_run(void (*report)(struct ending), void (*show)(unsigned call));
/* Tells MemorySanitizer, where there is one, that the runtime wrote there: it is not compiled for
 * it, and what it copies counts as what stood on its stack before. */
void guard_initialised(const void *at, size_t size);
bool guard_readable(const void *at, size_t size);

#endif
