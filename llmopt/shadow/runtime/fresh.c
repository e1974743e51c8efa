#include "fresh.h"
#include "allocator.h"
#include "compare.h"
#include "pages.h"
#include "work.h"

#define BLOCKS_PER_PAGE (PAGE_BYTES / sizeof(struct block))

static uint64_t granule_of(uint64_t address) { return (address - ARENA_START) / GRANULE_BYTES; }

static uint64_t span_of(uint64_t address) { return (address - ARENA_START) / SPAN_BYTES; }

static uint64_t start_of_slot(const struct span *span, uint64_t address) {
    if (!span->slot_bytes)
        return 0;
    uint64_t first = ARENA_START + span->first * SPAN_BYTES;
    return address - (address - first) % span->slot_bytes;
}

uint64_t block_at_snapshot(uint64_t address, uint64_t *slot) {
    const struct span *span = &SPANS[span_of(address)];
    *slot = span->slot_bytes;
    return start_of_slot(span, address);
}

/* Spans keep their slots: those that the snapshot had are the same in every run. */
static const struct span *span_in(const struct fresh_list *list, uint64_t address) {
    uint64_t number = span_of(address);
    if (number < HEAP->spans_used)
        return &SPANS[number];
    return number < list->spans_used ? &list->spans[number] : &list->spans[list->spans_used];
}

static void read_spans(const struct child *child, struct fresh_list *list) {
    struct heap heap;
    list->spans_used = HEAP->spans_used;
    if (child_read(child, HEAP_START, &heap, sizeof heap))
        return;
    uint64_t known = HEAP->spans_used, bytes = (heap.spans_used - known) * sizeof(struct span);
    if (bytes && child_read(child, (uint64_t)&SPANS[known], &list->spans[known], bytes))
        return;
    list->spans_used = heap.spans_used;
    list->spans[list->spans_used] = (struct span){0, 0};
}

static void add(struct fresh_list *list, uint64_t address, const struct block *block) {
    if (list->count >= FRESH_MOST) {
        WORK->fresh_overflow = 1;
        return;
    }
    uint64_t slot = span_in(list, address)->slot_bytes;
    list->blocks[list->count++] = (struct fresh){address, block->size, slot, block->sequence, 0};
    list->number_of[granule_of(address)] = list->count;
    WORK->fresh_span[span_of(address)] = 1;
}

static void compare_block(uint64_t address, const struct block *entry, const struct block *old,
                          const struct block *new) {
    if (entry->sequence) {
        int old_freed = old->sequence != entry->sequence;
        int new_freed = new->sequence != entry->sequence;
        if (old_freed != new_freed)
            differs(DIFFERS_FREED, address, (uint64_t)old_freed, (uint64_t)new_freed);
        else if (!old_freed && old->size != new->size)
            differs(DIFFERS_RESIZED, address, old->size, new->size);
    }
    if (old->sequence > WORK->entry_sequence)
        add(&WORK->old_fresh, address, old);
    if (new->sequence > WORK->entry_sequence)
        add(&WORK->new_fresh, address, new);
}

static void compare_blocks(const struct child *old, const struct child *new, uint64_t start,
                           uint64_t end) {
    struct block old_blocks[BLOCKS_PER_PAGE], new_blocks[BLOCKS_PER_PAGE];
    for (uint64_t page = start; page < end; page += PAGE_BYTES) {
        if (child_read(old, page, old_blocks, PAGE_BYTES) ||
            child_read(new, page, new_blocks, PAGE_BYTES)) {
            differs(DIFFERS_UNREADABLE, page, 0, 0);
            return;
        }
        const struct block *entry = (const struct block *)page;
        uint64_t first = (page - BLOCKS_START) / sizeof(struct block);
        for (uint64_t i = 0; i < BLOCKS_PER_PAGE; i++)
            compare_block(ARENA_START + (first + i) * GRANULE_BYTES, &entry[i], &old_blocks[i],
                          &new_blocks[i]);
    }
}

void fresh_collect(const struct child *old, const struct child *new) {
    read_spans(old, &WORK->old_fresh);
    read_spans(new, &WORK->new_fresh);
    uint64_t used = WORK->old_fresh.spans_used;
    if (WORK->new_fresh.spans_used > used)
        used = WORK->new_fresh.spans_used;
    uint64_t bytes = used * (SPAN_BYTES / GRANULE_BYTES) * sizeof(struct block);
    pages_each_changed(old, new, BLOCKS_START, BLOCKS_START + bytes, compare_blocks);
}

int fresh_may_point(uint64_t word) { return in_arena(word) && WORK->fresh_span[span_of(word)]; }

/* The number of the fresh block that a word points into; 0 for none. */
static uint32_t number_in(const struct fresh_list *list, uint64_t word, uint64_t *start) {
    *start = start_of_slot(span_in(list, word), word);
    return *start ? list->number_of[granule_of(*start)] : 0;
}

static int make_partners(uint32_t old, uint32_t new) {
    struct fresh *a = &WORK->old_fresh.blocks[old - 1], *b = &WORK->new_fresh.blocks[new - 1];
    if (a->partner || b->partner)
        return a->partner == new;
    if (a->size != b->size)
        return 0;
    a->partner = new;
    b->partner = old;
    WORK->pairs[WORK->pair_count].old = old;
    WORK->pairs[WORK->pair_count].new = new;
    WORK->pair_count++;
    return 1;
}

/* Constants and helpers of a candidate that was not linked into the program: the original has its
 * own elsewhere. */
static int is_in_image(uint64_t word) {
    return word >= STATE->image && word - STATE->image < STATE->image_bytes;
}

int fresh_equal(uint64_t old, uint64_t new) {
    if (is_in_image(new))
        return 1;
    if (!fresh_may_point(old) || !in_arena(new))
        return old == new;
    uint64_t old_start, new_start;
    uint32_t old_number = number_in(&WORK->old_fresh, old, &old_start);
    uint32_t new_number = number_in(&WORK->new_fresh, new, &new_start);
    if (!old_number || !new_number)
        /* Equal words that point to a live block in one run only: left over from a block that was
         * freed there. Whether that matters shows where it is used. */
        return old == new;
    return old - old_start == new - new_start &&make_partners(old_number, new_number);
}

/* Whether two words differ only where the old run never wrote, within what was asked for: bytes
 * between fields, or a part that is not in use. Nobody may read them, so anything may be there. */
static int is_unwritten(uint64_t old, uint64_t new, uint64_t bytes) {
    for (unsigned i = 0; i < sizeof old; i++) {
        unsigned a = old >> i * 8 & 0xff, b = new >> i * 8 & 0xff;
        if (a != b && (i >= bytes || a != (unsigned)WORK->fresh_byte))
            return 0;
    }
    WORK->unwritten++;
    return 1;
}

static void compare_fresh_word(const struct fresh *block, uint64_t at, uint64_t old, uint64_t new) {
    if (fresh_equal(old, new))
        return;
    if (at < block->size && is_unwritten(old, new, block->size - at))
        return;
    differs(DIFFERS_FRESH_BLOCK, block->address + at, old, new);
}

static void compare_pair(const struct child *old, const struct child *new, uint32_t pair) {
    const struct fresh *a = &WORK->old_fresh.blocks[WORK->pairs[pair].old - 1];
    const struct fresh *b = &WORK->new_fresh.blocks[WORK->pairs[pair].new - 1];
    uint64_t bytes = a->slot < b->slot ? a->slot : b->slot;
    for (uint64_t at = 0; at < bytes; at += CHUNK_BYTES) {
        uint64_t count = bytes - at < CHUNK_BYTES ? bytes - at : CHUNK_BYTES;
        if (child_read(old, a->address + at, WORK->old_bytes, count) ||
            child_read(new, b->address + at, WORK->new_bytes, count)) {
            differs(DIFFERS_UNREADABLE, a->address, 0, 0);
            return;
        }
        for (uint64_t i = 0; i < count / 8; i++)
            compare_fresh_word(a, at + i * 8, WORK->old_bytes[i], WORK->new_bytes[i]);
    }
}

static void compare_pairs(const struct child *old, const struct child *new) {
    while (WORK->pairs_done < WORK->pair_count)
        compare_pair(old, new, WORK->pairs_done++);
}

/* What nothing that was compared points to: at the same address, or else in the order in which
 * blocks of a size were allocated. */
static void pair_unreached(const struct child *old, const struct child *new) {
    struct fresh_list *a = &WORK->old_fresh, *b = &WORK->new_fresh;
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t there = b->number_of[granule_of(a->blocks[i].address)];
        if (!a->blocks[i].partner && there && !b->blocks[there - 1].partner)
            make_partners(i + 1, there);
        compare_pairs(old, new);
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->blocks[i].partner)
            continue;
        for (uint32_t j = next; j < b->count; j++)
            if (!b->blocks[j].partner && b->blocks[j].size == a->blocks[i].size) {
                make_partners(i + 1, j + 1);
                next = j;
                break;
            }
        compare_pairs(old, new);
    }
}

static const struct fresh *first_alone(const struct fresh_list *list) {
    for (uint32_t i = 0; i < list->count; i++)
        if (!list->blocks[i].partner)
            return &list->blocks[i];
    return 0;
}

void fresh_compare(const struct child *old, const struct child *new) {
    compare_pairs(old, new);
    pair_unreached(old, new);
    const struct fresh *gone = first_alone(&WORK->old_fresh);
    const struct fresh *extra = first_alone(&WORK->new_fresh);
    if (gone || extra)
        differs(DIFFERS_LIVE, gone ? gone->address : extra->address, gone ? gone->size : 0,
                extra ? extra->size : 0);
}

static void forget_list(struct fresh_list *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        list->number_of[granule_of(list->blocks[i].address)] = 0;
        WORK->fresh_span[span_of(list->blocks[i].address)] = 0;
    }
    list->count = 0;
}

void fresh_forget(void) {
    forget_list(&WORK->old_fresh);
    forget_list(&WORK->new_fresh);
    WORK->pair_count = WORK->pairs_done = 0;
    WORK->fresh_overflow = 0;
}
