#define _GNU_SOURCE
#include "compare.h"
#include "allocator.h"
#include "fresh.h"
#include "pages.h"
#include "stop.h"

#include <errno.h>
#include <string.h>
#include <sys/rseq.h>

#define WORD_BYTES UINT64_C(8)
/* The kernel writes here whenever it moves a thread. */
#define RSEQ_BYTES 32
/* Rounding, flush to zero and exception masks; the flags that an operation leaves are not compared:
 * they change with the order of operations that all give the same. */
#define MXCSR_CONTROL 0xffc0U

void differs(enum difference_kind kind, uint64_t address, uint64_t old, uint64_t new) {
    if (WORK->difference_count < DIFFERENCES_SHOWN)
        WORK->differences[WORK->difference_count] = (struct difference){kind, address, old, new};
    WORK->difference_count++;
}

static void compare_stops(const struct run *old, const struct run *new) {
    if (old->stop.number != new->stop.number)
        differs(DIFFERS_STOP, 0, (uint64_t)old->stop.number, (uint64_t)new->stop.number);
    if (old->calls != new->calls)
        differs(DIFFERS_CALLS, 0, old->calls, new->calls);
    if (old->output_digest != new->output_digest || old->output_bytes != new->output_bytes)
        differs(DIFFERS_OUTPUT, 0, old->output_bytes, new->output_bytes);
    if (WORK->difference_count)
        return;
    if (old->calls_digest != new->calls_digest)
        differs(DIFFERS_ASKED, 0, old->calls_digest, new->calls_digest);
    if (old->stop.instruction != new->stop.instruction || old->stop.stack != new->stop.stack)
        differs(DIFFERS_PLACE, old->stop.instruction, old->stop.stack, new->stop.stack);
    if ((old->stop.float_control ^ new->stop.float_control) & MXCSR_CONTROL)
        differs(DIFFERS_CONTROL, 0, old->stop.float_control, new->stop.float_control);
    if (old->stop.x87_control != new->stop.x87_control)
        differs(DIFFERS_CONTROL, 0, old->stop.x87_control, new->stop.x87_control);
}

static void compare_registers(const struct run *old, const struct run *new) {
    for (unsigned i = 0; i < sizeof old->stop.saved / sizeof *old->stop.saved; i++)
        if (!fresh_equal(old->stop.saved[i], new->stop.saved[i]))
            differs(DIFFERS_PLACE, i, old->stop.saved[i], new->stop.saved[i]);
}

static void exclude(uint64_t start, uint64_t end) {
    WORK->excluded[WORK->excluded_count++] = (struct range){start, end};
}

static int is_excluded(uint64_t address) {
    for (unsigned i = 0; i < WORK->excluded_count; i++)
        if (address >= WORK->excluded[i].start && address < WORK->excluded[i].end)
            return 1;
    return 0;
}

/* errno shares its word with another variable: that half is compared with it. */
static void compare_errno(const struct child *old, const struct child *new) {
    uint64_t word = (uint64_t)&errno / WORD_BYTES * WORD_BYTES;
    int32_t old_halves[2], new_halves[2];
    exclude(word, word + WORD_BYTES);
    if (child_read(old, word, old_halves, sizeof old_halves) ||
        child_read(new, word, new_halves, sizeof new_halves)) {
        differs(DIFFERS_UNREADABLE, word, 0, 0);
        return;
    }
    unsigned half = (uint64_t)&errno != word;
    if (old_halves[half] != new_halves[half] && STATE->settings.compare_errno)
        differs(DIFFERS_ERRNO, (uint64_t)&errno, (uint32_t)old_halves[half],
                (uint32_t)new_halves[half]);
    if (old_halves[!half] != new_halves[!half])
        differs(DIFFERS_MEMORY, word + !half * sizeof *old_halves, (uint32_t)old_halves[!half],
                (uint32_t)new_halves[!half]);
}

/* In the heap what was dead before holds garbage, or a fresh block, which is compared by itself;
 * and what both have freed is dead. */
static int is_dead(const struct child *old, uint64_t address) {
    uint64_t slot, start = block_at_snapshot(address, &slot);
    if (!start || !block_at(start)->sequence)
        return 1;
    struct block now;
    return child_read(old, (uint64_t)block_at(start), &now, sizeof now) ||
           now.sequence != block_at(start)->sequence;
}

static void compare_word(const struct child *old, uint64_t address, uint64_t a, uint64_t b) {
    if (a == b && !fresh_may_point(a))
        return;
    if (is_excluded(address) || (in_arena(address) && is_dead(old, address)))
        return;
    if (!fresh_equal(a, b))
        differs(DIFFERS_MEMORY, address, a, b);
}

static void compare_bytes(const struct child *old, const struct child *new, uint64_t start,
                          uint64_t end) {
    for (uint64_t at = start; at < end; at += CHUNK_BYTES) {
        uint64_t count = end - at < CHUNK_BYTES ? end - at : CHUNK_BYTES;
        if (child_read(old, at, WORK->old_bytes, count) ||
            child_read(new, at, WORK->new_bytes, count)) {
            differs(DIFFERS_UNREADABLE, at, 0, 0);
            return;
        }
        WORK->pages_compared += count / PAGE_BYTES;
        if (!WORK->old_fresh.count && !memcmp(WORK->old_bytes, WORK->new_bytes, count))
            continue;
        for (uint64_t i = 0; i < count / WORD_BYTES; i++)
            compare_word(old, at + i * WORD_BYTES, WORK->old_bytes[i], WORK->new_bytes[i]);
    }
}

static int is_compared(const struct map *map) {
    return map->writable && !map->shared && (map->start < ARENA_START || map->start >= RUNTIME_END);
}

/* The next writable range, adjoining mappings joined; 0 at the end. */
static int next_range(const struct maps *maps, unsigned *at, struct range *range) {
    while (*at < maps->count && !is_compared(&maps->list[*at]))
        ++*at;
    if (*at >= maps->count)
        return 0;
    *range = (struct range){maps->list[*at].start, maps->list[*at].end};
    for (++*at; *at < maps->count; ++*at) {
        const struct map *map = &maps->list[*at];
        if (!is_compared(map) || map->start != range->end)
            break;
        range->end = map->end;
    }
    return 1;
}

/* The stack may have grown to other depths: below the frame at the stop nothing counts. */
static void cut_dead_stack(struct range *range, uint64_t stack) {
    if (stack >= range->start && stack < range->end)
        range->start = stack / PAGE_BYTES * PAGE_BYTES;
}

static void compare_maps(const struct child *old, const struct child *new) {
    unsigned old_at = 0, new_at = 0;
    struct range a, b;
    uint64_t stack = old->run.stop.stack;
    exclude(stack / PAGE_BYTES * PAGE_BYTES, stack);
    for (;;) {
        int old_more = next_range(&WORK->old_maps, &old_at, &a);
        int new_more = next_range(&WORK->new_maps, &new_at, &b);
        if (!old_more || !new_more) {
            if (old_more != new_more)
                differs(DIFFERS_MAPS, old_more ? a.start : b.start, (uint64_t)old_more,
                        (uint64_t)new_more);
            return;
        }
        cut_dead_stack(&a, stack);
        cut_dead_stack(&b, stack);
        if (a.start != b.start || a.end != b.end) {
            differs(DIFFERS_MAPS, a.start, a.end, b.end);
            return;
        }
        pages_each_changed(old, new, a.start, a.end, compare_bytes);
    }
}

static void compare_memory(const struct child *old, const struct child *new) {
    WORK->excluded_count = 0;
    uint64_t rseq = (uint64_t)__builtin_thread_pointer() + (uint64_t)__rseq_offset;
    exclude(rseq, rseq + RSEQ_BYTES);
    compare_errno(old, new);
    fresh_collect(old, new);
    compare_registers(&old->run, &new->run);
    compare_maps(old, new);
    pages_each_changed(old, new, ARENA_START, ARENA_START + HEAP->spans_used * SPAN_BYTES,
                       compare_bytes);
    fresh_compare(old, new);
    if (WORK->fresh_overflow)
        differs(DIFFERS_UNREADABLE, 0, 0, 0);
    fresh_forget();
}

uint64_t compare_runs(const struct child *old, const struct child *new) {
    WORK->difference_count = 0;
    WORK->pages_compared = 0;
    WORK->unwritten = 0;
    WORK->entry_sequence = HEAP->sequence;
    WORK->every_page =
        STATE->settings.ignore_pagemap || !pages_are_told(old) || !pages_are_told(new);
    compare_stops(&old->run, &new->run);
    if (WORK->difference_count)
        return WORK->difference_count;
    if (maps_read(&WORK->old_maps, old->pid) || maps_read(&WORK->new_maps, new->pid)) {
        differs(DIFFERS_UNREADABLE, 0, 0, 0);
        return WORK->difference_count;
    }
    compare_memory(old, new);
    return WORK->difference_count;
}
