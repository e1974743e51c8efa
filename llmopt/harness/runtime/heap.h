/* The allocator of the program under test. What it knows of a block stands elsewhere; a block ends
 * at a page that nobody may touch, and what was freed is never handed out again. */
#ifndef LLMOPT_HEAP_H
#define LLMOPT_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block {
    unsigned char *begin;
    size_t size;
    unsigned char *low, *high; /* its pages */
    bool freed, given;         /* given: not the function's own */
    unsigned number;           /* in the order in which the observer met it; 0 when it has not */
    unsigned type;             /* of its elements, as the observer takes it */
};

struct heap {
    struct block *blocks;
    size_t count;
    bool active;       /* in a case; else memory is only handed out */
    bool giving;       /* for the function, by the runtime */
    unsigned failing;  /* so many allocations from now on fails one; 0 when none does */
    const char *fault; /* what was done that no program may do */
    const void *fault_at;
};

extern struct heap heap;

void heap_begin(void);
/* Forgets all blocks. */
void heap_reset(void);
/* The block in which an address lies, freed ones included, or NULL. */
struct block *heap_find(const void *address);
/* Whether anything between the blocks was written. */
bool heap_damaged(const struct block *block);

#endif
