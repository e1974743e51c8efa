#include "heap.h"

#include "arena.h"
#include "state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define BASE ((uintptr_t)0x5a0000000000)
#define ROOM ((size_t)1 << 32)
#define PAGE ((size_t)4096)
#define BLOCKS ((size_t)1 << 16)
/* Blocks beyond these have no pages of their own: making them would take too long. */
#define GUARDED ((size_t)512)
/* The most that all blocks of a case hold together, in bytes. */
#define MOST ((size_t)256 << 20)
#define BETWEEN ((size_t)32)

STATE struct heap heap = {0};
STATE static unsigned char *top = 0;
STATE static unsigned char *allowed = 0; /* end of the pages of unguarded blocks */
STATE static size_t held = 0;
STATE static unsigned char early[1 << 16] __attribute__((aligned(16))) = {0};
STATE static size_t early_used = 0;
STATE static unsigned char *quiet = 0; /* where memory outside of cases comes from */
STATE static size_t quiet_used = 0;
STATE static volatile char lock = 0;

#define QUIET ((size_t)1 << 30)

static void enter(void) {
    while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE))
        ;
}

static void leave(void) { __atomic_clear(&lock, __ATOMIC_RELEASE); }

void heap_begin(void) {
    void *got = mmap((void *)BASE, ROOM, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    heap.blocks = mmap(0, BLOCKS * sizeof *heap.blocks, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    quiet =
        mmap(0, QUIET, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got != (void *)BASE || heap.blocks == MAP_FAILED || quiet == MAP_FAILED) {
        perror("the addresses of the heap are taken");
        exit(EXIT_RUNTIME);
    }
    top = allowed = (unsigned char *)BASE;
}

void heap_reset(void) {
    if (top > (unsigned char *)BASE)
        mprotect((void *)BASE, (size_t)(top - (unsigned char *)BASE), PROT_NONE);
    top = allowed = (unsigned char *)BASE;
    heap.count = held = 0;
    heap.fault = 0;
    leave(); /* whoever held it was cut off */
}

struct block *heap_find(const void *address) {
    const unsigned char *place = address;
    if (place < (unsigned char *)BASE || place >= top)
        return 0;
    size_t low = 0, high = heap.count; /* blocks lie in the order of their making */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (heap.blocks[middle].high > place)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == heap.count || place < heap.blocks[low].low)
        return 0;
    return &heap.blocks[low];
}

static bool all_filled(const unsigned char *from, const unsigned char *to) {
    for (; from < to; from++)
        if (*from != arena.fill)
            return false;
    return true;
}

bool heap_damaged(const struct block *block) {
    return !block->freed && !(all_filled(block->low, block->begin) &&
                              all_filled(block->begin + block->size, block->high));
}

static size_t rounded(size_t size, size_t to) { return (size + to - 1) & ~(to - 1); }

/* Memory of before and between the cases: nobody watches it. */
static void *unwatched(size_t size, size_t alignment) {
    unsigned char *from = quiet ? quiet : early;
    size_t *used = quiet ? &quiet_used : &early_used, limit = quiet ? QUIET : sizeof early;
    size_t at = rounded(*used + 16, alignment);
    if (size > limit || at > limit - size)
        return 0;
    *used = at + size;
    memcpy(from + at - 16, &size, sizeof size);
    return from + at;
}

static bool is_unwatched(const unsigned char *p) {
    return (p >= early && p < early + sizeof early) || (quiet && p >= quiet && p < quiet + QUIET);
}

static void watch(unsigned char *low, unsigned char *begin, size_t size, unsigned char *high) {
    heap.blocks[heap.count++] = (struct block){begin, size, low, high, false, heap.giving, 0, 0};
    memset(low, arena.fill, (size_t)(high - low));
    held += size;
}

static void *guarded(size_t size, size_t alignment) {
    unsigned char *low = (unsigned char *)rounded((uintptr_t)top, PAGE);
    low = (unsigned char *)rounded((uintptr_t)low, alignment > PAGE ? alignment : PAGE);
    size_t pages = rounded(size ? size : 1, PAGE);
    unsigned char *high = low + pages;
    unsigned char *begin = low + ((pages - size) & ~(alignment - 1));
    if (mprotect(low, pages, PROT_READ | PROT_WRITE))
        return 0;
    top = high + PAGE;
    watch(low, begin, size, high);
    return begin;
}

static void *packed(size_t size, size_t alignment) {
    if (allowed < top)
        allowed = top = (unsigned char *)rounded((uintptr_t)top, PAGE);
    unsigned char *begin = (unsigned char *)rounded((uintptr_t)top + BETWEEN, alignment);
    unsigned char *high = (unsigned char *)rounded((uintptr_t)begin + size + BETWEEN, 16);
    if (high > allowed) {
        size_t more = rounded((size_t)(high - allowed), (size_t)1 << 16);
        if (mprotect(allowed, more, PROT_READ | PROT_WRITE))
            return 0;
        allowed += more;
    }
    watch(top, begin, size, high);
    top = high;
    return begin;
}

static void *allocate(size_t size, size_t alignment) {
    enter();
    void *made = 0;
    if (heap.active && !heap.giving && heap.failing && !--heap.failing)
        made = 0;
    else if (!heap.active)
        made = unwatched(size, alignment);
    else if (size <= MOST && held <= MOST - size && heap.count < BLOCKS)
        made = heap.count < GUARDED || alignment > PAGE ? guarded(size, alignment)
                                                        : packed(size, alignment);
    leave();
    if (!made)
        errno = ENOMEM;
    return made;
}

static _Noreturn void refuse(const char *what, const void *at) {
    heap.fault = what;
    heap.fault_at = at;
    leave();
    abort();
}

static void release(void *p) {
    struct slot *slot = arena_find(p);
    struct block *block = heap_find(p);
    if (slot) {
        if (slot->freed)
            refuse("freed twice", p);
        if (p != slot->begin)
            refuse("freed, but not where it begins", p);
        arena_free(slot);
    } else if (block) {
        if (block->freed)
            refuse("freed twice", p);
        if (p != block->begin)
            refuse("freed, but not where it begins", p);
        if (heap_damaged(block))
            refuse("written beyond its end", p);
        block->freed = true;
        held -= block->size;
        if (((uintptr_t)block->low | (uintptr_t)block->high) & (PAGE - 1))
            memset(block->begin, (unsigned char)~arena.fill, block->size);
        else
            mprotect(block->low, (size_t)(block->high - block->low), PROT_NONE);
    } else if (heap.active && !is_unwatched(p)) {
        refuse("freed, but never allocated", p);
    }
}

static size_t size_of(const void *p) {
    struct slot *slot = arena_find(p);
    struct block *block = heap_find(p);
    if (slot)
        return slot->size;
    if (block)
        return block->size;
    size_t size = 0;
    if (is_unwatched(p))
        memcpy(&size, (const unsigned char *)p - 16, sizeof size);
    return size;
}

void *malloc(size_t size) { return allocate(size, 16); }

void free(void *p) {
    int before = errno;
    if (p) {
        enter();
        release(p);
        leave();
    }
    errno = before;
}

void *calloc(size_t count, size_t size) {
    size_t whole;
    if (__builtin_mul_overflow(count, size, &whole)) {
        errno = ENOMEM;
        return 0;
    }
    void *made = allocate(whole, 16);
    if (made)
        memset(made, 0, whole);
    return made;
}

void *realloc(void *p, size_t size) {
    if (!p)
        return malloc(size);
    if (!size) {
        free(p);
        return 0;
    }
    void *made = allocate(size, 16);
    if (made) {
        size_t before = size_of(p);
        memcpy(made, p, before < size ? before : size);
        free(p);
    }
    return made;
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (!alignment || alignment & (alignment - 1)) {
        errno = EINVAL;
        return 0;
    }
    return allocate(size, alignment);
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

void *valloc(size_t size) { return aligned_alloc(PAGE, size); }

int posix_memalign(void **where, size_t alignment, size_t size) {
    int before = errno;
    if (alignment % sizeof(void *) || !alignment || alignment & (alignment - 1))
        return EINVAL;
    void *made = allocate(size, alignment);
    errno = before;
    if (!made)
        return ENOMEM;
    *where = made;
    return 0;
}

size_t malloc_usable_size(void *p) { return p ? size_of(p) : 0; }
