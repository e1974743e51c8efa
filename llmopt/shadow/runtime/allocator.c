#define _GNU_SOURCE
#include "allocator.h"
#include "kernel.h"
#include "state.h"
#include "stop.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define EXPORTED __attribute__((visibility("default")))

#define SMALL_STEP UINT64_C(16)
#define SMALL_MOST UINT64_C(1024)
#define SMALL_CLASSES (SMALL_MOST / SMALL_STEP)
/* Above, four classes for each doubling: every power of two is one. */
#define CLASS_MOST UINT64_C(32768)
#define POISON_MOST UINT64_C(4096)
#define TRACE_FACTOR UINT64_C(1099511628211)

static void set_up(void) {
    if (kernel_reserve(ARENA_START, ARENA_BYTES) ||
        kernel_reserve(BLOCKS_START, ARENA_BYTES / GRANULE_BYTES * sizeof(struct block)) ||
        kernel_reserve(SPANS_START, ARENA_BYTES / SPAN_BYTES * sizeof(struct span)) ||
        kernel_reserve(HEAP_START, sizeof(struct heap)))
        kernel_exit(STATUS_NO_MEMORY);
    HEAP->ready = 1;
    HEAP->spans_most = ARENA_BYTES / SPAN_BYTES;
    HEAP->sequence = 1;
}

/* Whether the heap is there cannot be read where it would be: the only static, never written after
 * the first allocation, which comes before the first snapshot. */
static int is_set_up;

void heap_lock(void) {
    while (__atomic_exchange_n(&HEAP->lock, 1, __ATOMIC_ACQUIRE))
        KERNEL0(SYS_sched_yield);
}

void heap_unlock(void) { __atomic_store_n(&HEAP->lock, 0, __ATOMIC_RELEASE); }

/* The class of a size, and what a slot of it holds. */
static unsigned class_of(uint64_t size, uint64_t *slot) {
    if (size <= SMALL_MOST) {
        uint64_t steps = size ? (size + SMALL_STEP - 1) / SMALL_STEP : 1;
        *slot = steps * SMALL_STEP;
        return (unsigned)steps;
    }
    unsigned number = SMALL_CLASSES;
    for (uint64_t base = SMALL_MOST;; base *= 2)
        for (uint64_t quarter = 1; quarter <= 4; quarter++) {
            number++;
            *slot = base + base / 4 * quarter;
            if (size <= *slot)
                return number;
        }
}

static uint64_t take_spans(uint64_t count, uint64_t slot) {
    uint64_t first = HEAP->spans_used;
    if (first + count > HEAP->spans_most)
        return 0;
    HEAP->spans_used += count;
    for (uint64_t i = 0; i < count; i++)
        SPANS[first + i] = (struct span){slot, first};
    return ARENA_START + first * SPAN_BYTES;
}

static uint64_t take_slot(unsigned number, uint64_t slot, int *used_before) {
    uint64_t address = HEAP->freed[number];
    if (address && !HEAP->shifted) {
        HEAP->freed[number] = block_at(address)->size;
        *used_before = 1;
        return address;
    }
    if (!HEAP->next[number] || HEAP->next[number] + slot > HEAP->end[number]) {
        uint64_t span = take_spans(1, slot);
        if (!span)
            return 0;
        HEAP->next[number] = span;
        HEAP->end[number] = span + SPAN_BYTES;
    }
    address = HEAP->next[number];
    HEAP->next[number] += slot;
    return address;
}

static uint64_t take_large(uint64_t bytes, int *used_before) {
    for (uint64_t *link = &HEAP->freed_large; *link; link = &block_at(*link)->size) {
        uint64_t address = *link;
        if (SPANS[(address - ARENA_START) / SPAN_BYTES].slot_bytes == bytes) {
            *link = block_at(address)->size;
            *used_before = 1;
            return address;
        }
    }
    return take_spans(bytes / SPAN_BYTES, bytes);
}

static void *allocate(uint64_t size, int zero) {
    if (!is_set_up) {
        is_set_up = 1;
        set_up();
    }
    if (size > ARENA_BYTES) {
        errno = ENOMEM;
        return NULL;
    }
    heap_lock();
    uint64_t slot, address;
    int used_before = 0;
    if (size <= CLASS_MOST) {
        unsigned number = class_of(size, &slot);
        address = take_slot(number, slot, &used_before);
    } else {
        slot = (size + SPAN_BYTES - 1) / SPAN_BYTES * SPAN_BYTES;
        address = take_large(slot, &used_before);
    }
    if (!address) {
        heap_unlock();
        errno = ENOMEM;
        return NULL;
    }
    *block_at(address) = (struct block){++HEAP->sequence, size};
    HEAP->trace = (HEAP->trace ^ size) * TRACE_FACTOR;
    int marking = HEAP->mode != HEAP_PLAIN;
    heap_unlock();
    if (zero && (used_before || marking))
        memset((void *)address, 0, size);
    if (marking) /* what lies behind the end as well */
        memset((char *)address + (zero ? size : 0), HEAP->fresh_byte, slot - (zero ? size : 0));
    return (void *)address;
}

static uint64_t slot_of(uint64_t address) {
    return SPANS[(address - ARENA_START) / SPAN_BYTES].slot_bytes;
}

static void release(void *pointer) {
    uint64_t address = (uint64_t)pointer;
    /* Not ours: from before this allocator was there, out of the dynamic linker. */
    if (!in_arena(address))
        return;
    heap_lock();
    struct block *block = block_at(address);
    if (address % GRANULE_BYTES || !block->sequence) {
        heap_unlock();
        stop_at_fault("free() of what is no live block");
    }
    uint64_t slot = slot_of(address);
    block->sequence = 0;
    HEAP->trace = (HEAP->trace ^ ~block->size) * TRACE_FACTOR;
    if (HEAP->mode != HEAP_PLAIN)
        memset(pointer, FREED_BYTE, slot < POISON_MOST ? slot : POISON_MOST);
    if (HEAP->mode != HEAP_KEEPING) {
        uint64_t *list = &HEAP->freed_large;
        if (slot <= CLASS_MOST)
            list = &HEAP->freed[class_of(slot, &slot)];
        block->size = *list;
        *list = address;
    }
    heap_unlock();
}

EXPORTED void *malloc(size_t size) { return allocate(size, 0); }

EXPORTED void free(void *pointer) {
    if (pointer)
        release(pointer);
}

EXPORTED void *calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return allocate(bytes, 1);
}

EXPORTED size_t malloc_usable_size(void *pointer) {
    return pointer ? block_at((uint64_t)pointer)->size : 0;
}

EXPORTED void *realloc(void *pointer, size_t size) {
    if (!pointer)
        return allocate(size, 0);
    if (!size) {
        release(pointer);
        return NULL;
    }
    uint64_t address = (uint64_t)pointer;
    if (!in_arena(address) || !block_at(address)->sequence)
        stop_at_fault("realloc() of what is no live block");
    uint64_t old = block_at(address)->size;
    /* In the program itself a block may grow in place; under comparison it moves each time, so that
     * a pointer kept across a realloc shows. */
    if (HEAP->mode == HEAP_PLAIN && size <= slot_of(address) && size > slot_of(address) / 2) {
        block_at(address)->size = size;
        return pointer;
    }
    void *moved = allocate(size, 0);
    if (!moved)
        return NULL;
    memcpy(moved, pointer, old < size ? old : size);
    release(pointer);
    return moved;
}

EXPORTED void *reallocarray(void *pointer, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(pointer, bytes);
}

/* Slots of a power of two stand at multiples of it, since spans do. */
static void *aligned(uint64_t alignment, uint64_t size) {
    if (alignment <= GRANULE_BYTES)
        return allocate(size, 0);
    if (alignment > SPAN_BYTES || size > ARENA_BYTES) {
        errno = ENOMEM;
        return NULL;
    }
    uint64_t slot = alignment;
    while (slot < size)
        slot *= 2;
    if (slot > CLASS_MOST)
        return allocate(size > CLASS_MOST ? size : CLASS_MOST + 1, 0);
    return allocate(slot, 0);
}

EXPORTED void *memalign(size_t alignment, size_t size) { return aligned(alignment, size); }

EXPORTED void *aligned_alloc(size_t alignment, size_t size) { return aligned(alignment, size); }

EXPORTED int posix_memalign(void **result, size_t alignment, size_t size) {
    int before = errno;
    void *block = aligned(alignment, size);
    errno = before;
    if (!block)
        return ENOMEM;
    *result = block;
    return 0;
}

EXPORTED void *valloc(size_t size) { return aligned(PAGE_BYTES, size); }

int heap_is_the_programs(void) {
    char *text = strdup("");
    int ours = in_arena((uint64_t)text);
    if (ours)
        free(text);
    return ours;
}
