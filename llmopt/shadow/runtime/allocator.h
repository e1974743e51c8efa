/* malloc with its metadata out of line: what is live, how large and how old can be read of another
 * process, and nothing of it stands between the program's own bytes. */
#ifndef LLMOPT_SHADOW_ALLOCATOR_H
#define LLMOPT_SHADOW_ALLOCATOR_H

#include "addresses.h"

#include <stddef.h>

#define GRANULE_BYTES UINT64_C(16)
#define SPAN_BYTES UINT64_C(65536)
/* What a run finds in a fresh block. Two, since a program may mean to write one of them. */
#define FRESH_BYTE 0xA5
#define OTHER_FRESH_BYTE 0x5A
#define FREED_BYTE 0xDD

/* Of the granule that a block begins with. */
struct block {
    uint64_t sequence; /* 0 where no live block begins; else higher for a later malloc */
    uint64_t size;     /* as it was asked for; of a block in a free list, the next one */
};

struct span {
    uint64_t slot_bytes; /* 0 where the span has never been used */
    uint64_t first;      /* the span where a block of several spans begins */
};

enum heap_mode {
    HEAP_PLAIN,   /* in the program itself */
    HEAP_MARKING, /* fresh and freed bytes are overwritten */
    HEAP_KEEPING, /* and no freed block is used again */
};

#define SIZE_CLASSES 96

struct heap {
    int ready, lock, mode;
    int fresh_byte;
    int shifted; /* gives other addresses than it would: is the program's result the same? */
    uint64_t sequence;
    uint64_t spans_used, spans_most;
    uint64_t freed[SIZE_CLASSES], next[SIZE_CLASSES], end[SIZE_CLASSES];
    uint64_t freed_large;
    uint64_t trace; /* a digest of the sizes asked for and the frees, in order */
};

#define HEAP ((struct heap *)HEAP_START)
#define SPANS ((struct span *)SPANS_START)

static inline struct block *block_at(uint64_t address) {
    return (struct block *)BLOCKS_START + (address - ARENA_START) / GRANULE_BYTES;
}

static inline int in_arena(uint64_t address) {
    return address >= ARENA_START && address < ARENA_END;
}

void heap_lock(void);
void heap_unlock(void);
/* Whether libc's own functions allocate here; else nothing can be said of the heap. */
int heap_is_the_programs(void);

#endif
