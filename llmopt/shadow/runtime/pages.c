#define _GNU_SOURCE
#include "pages.h"
#include "allocator.h"
#include "kernel.h"
#include "work.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SWAPPED (UINT64_C(1) << 62)
#define PAGE_EXCLUSIVE (UINT64_C(1) << 56)
#define SPANS_AHEAD 64 /* that a run may have begun to use */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif
#define ENTRY_BYTES sizeof(uint64_t)

static int read_entries(const struct child *child, uint64_t start, uint64_t count,
                        uint64_t *entries) {
    long wanted = (long)(count * ENTRY_BYTES);
    return child->pages >= 0 && KERNEL4(SYS_pread64, child->pages, entries, wanted,
                                        start / PAGE_BYTES * ENTRY_BYTES) == wanted;
}

/* A page is shared with the snapshot until one writes to it; the copy is the writer's alone. */
static int is_unchanged(uint64_t old, uint64_t new) {
    uint64_t used = PAGE_PRESENT | PAGE_SWAPPED;
    if (!((old | new) & used))
        return 1;
    return (old & new &PAGE_PRESENT) && !((old | new) & (PAGE_SWAPPED | PAGE_EXCLUSIVE));
}

int pages_are_told(const struct child *child) {
    uint64_t entry = 0;
    if (!read_entries(child, (uint64_t)&STATE->run / PAGE_BYTES * PAGE_BYTES, 1, &entry))
        return 0;
    return (entry & PAGE_PRESENT) && (entry & PAGE_EXCLUSIVE);
}

void pages_each_changed(const struct child *old, const struct child *new, uint64_t start,
                        uint64_t end,
                        void (*found)(const struct child *old, const struct child *new,
                                      uint64_t start, uint64_t end)) {
    while (start < end) {
        uint64_t count = (end - start) / PAGE_BYTES;
        if (count > PAGE_ENTRIES)
            count = PAGE_ENTRIES;
        if (WORK->every_page || !read_entries(old, start, count, WORK->old_pages) ||
            !read_entries(new, start, count, WORK->new_pages)) {
            found(old, new, start, end);
            return;
        }
        for (uint64_t first = 0; first < count;) {
            if (is_unchanged(WORK->old_pages[first], WORK->new_pages[first])) {
                first++;
                continue;
            }
            uint64_t last = first;
            while (last < count && !is_unchanged(WORK->old_pages[last], WORK->new_pages[last]))
                last++;
            found(old, new, start + first * PAGE_BYTES, start + last * PAGE_BYTES);
            first = last;
        }
        start += count * PAGE_BYTES;
    }
}

static void learn_range(const struct child *child, uint64_t start, uint64_t end) {
    for (; start < end; start += PAGE_ENTRIES * PAGE_BYTES) {
        uint64_t count = (end - start) / PAGE_BYTES;
        if (count > PAGE_ENTRIES)
            count = PAGE_ENTRIES;
        if (!read_entries(child, start, count, WORK->old_pages))
            return;
        for (uint64_t i = 0; i < count && WORK->written_count < WRITTEN_MOST; i++)
            if (WORK->old_pages[i] & PAGE_EXCLUSIVE)
                WORK->written[WORK->written_count++] = start + i * PAGE_BYTES;
    }
}

void pages_learn(const struct child *child) {
    WORK->written_count = 0;
    if (maps_read(&WORK->old_maps, child->pid))
        return;
    for (unsigned i = 0; i < WORK->old_maps.count; i++) {
        const struct map *map = &WORK->old_maps.list[i];
        if (!map->writable || map->shared ||
            (map->start >= STATE_START && map->start < RUNTIME_END))
            continue;
        uint64_t end = map->end;
        if (map->start == ARENA_START)
            end = ARENA_START + (HEAP->spans_used + SPANS_AHEAD) * SPAN_BYTES;
        else if (map->start == BLOCKS_START)
            end = (uint64_t)block_at(ARENA_START + HEAP->spans_used * SPAN_BYTES);
        else if (map->start == SPANS_START)
            end = map->start;
        learn_range(child, map->start, end);
    }
}

void pages_populate(void) {
    for (unsigned i = 0; i < WORK->old_maps.count; i++) {
        const struct map *map = &WORK->old_maps.list[i];
        if (!map->writable && map->name[0] == '/')
            KERNEL3(SYS_madvise, map->start, map->end - map->start, MADV_POPULATE_READ);
    }
    for (unsigned i = 0; i < WORK->written_count; i++)
        KERNEL3(SYS_madvise, WORK->written[i], PAGE_BYTES, MADV_POPULATE_WRITE);
}
