/* What a snapshot works with: tables that a comparison fills and empties. Reserved by the snapshot
 * itself, so that the program pays nothing. */
#ifndef LLMOPT_SHADOW_WORK_H
#define LLMOPT_SHADOW_WORK_H

#include "addresses.h"
#include "allocator.h"
#include "child.h"
#include "maps.h"

#define LINE_BYTES 32768
#define MAPS_TEXT_BYTES (4 << 20)
#define CHUNK_BYTES (UINT64_C(256) * PAGE_BYTES)
#define PAGE_ENTRIES 65536
#define FRESH_MOST 1000000
#define WRITTEN_MOST 65536
/* What a snapshot is taken for. */
enum purpose { PURPOSE_STRETCH, PURPOSE_SINGLE, PURPOSE_TIMING, PURPOSE_LIVE };

#define DIFFERENCES_SHOWN 8
#define EXCLUDED_MOST 8

enum difference_kind {
    DIFFERS_MEMORY,
    DIFFERS_FRESH_BLOCK, /* within a block that was allocated since the snapshot */
    DIFFERS_ERRNO,
    DIFFERS_STOP,  /* another system call, or none */
    DIFFERS_CALLS, /* another number of calls of the function */
    DIFFERS_ASKED, /* other emulated system calls */
    DIFFERS_PLACE, /* stack, instruction or saved registers at the stop */
    DIFFERS_OUTPUT,
    DIFFERS_MAPS,
    DIFFERS_FREED, /* a block freed by one only */
    DIFFERS_RESIZED,
    DIFFERS_LIVE,    /* blocks that stay live in one only */
    DIFFERS_CONTROL, /* rounding or exception masks */
    DIFFERS_UNREADABLE,
};

struct difference {
    enum difference_kind kind;
    uint64_t address, old, new;
};

/* A block that is live in one run and was not at the snapshot. */
struct fresh {
    uint64_t address, size, slot, sequence;
    uint32_t partner; /* its number in the other list, from 1; 0 while there is none */
};

struct fresh_list {
    struct fresh blocks[FRESH_MOST];
    uint32_t count;
    uint32_t number_of[ARENA_BYTES / GRANULE_BYTES]; /* from 1; 0 for none */
    struct span spans[ARENA_BYTES / SPAN_BYTES];
    uint64_t spans_used;
};

struct range {
    uint64_t start, end;
};

struct work {
    char line[LINE_BYTES];
    void *back[5]; /* where a run leaves the snapshot's code for the program's */
    const struct llmopt_shadow_site *site;
    const void *record; /* of the call that the snapshot was taken at */
    uint64_t call;      /* its number */
    enum purpose purpose;
    char maps_text[MAPS_TEXT_BYTES];
    struct maps old_maps, new_maps;
    uint64_t old_pages[PAGE_ENTRIES], new_pages[PAGE_ENTRIES];
    uint64_t old_bytes[CHUNK_BYTES / 8], new_bytes[CHUNK_BYTES / 8];
    struct difference differences[DIFFERENCES_SHOWN];
    uint64_t difference_count;
    uint64_t written[WRITTEN_MOST]; /* pages that a run writes to */
    unsigned written_count;
    struct range excluded[EXCLUDED_MOST];
    unsigned excluded_count;
    uint64_t pages_compared;
    int every_page;
    int fresh_overflow;
    int fresh_byte;     /* of the two runs that are compared */
    uint64_t unwritten; /* words that only the new run has written to, in fresh blocks */
    uint64_t entry_sequence;
    uint32_t pairs_done;
    uint32_t pair_count;
    struct {
        uint32_t old, new;
    } pairs[FRESH_MOST];
    struct fresh_list old_fresh, new_fresh;
    unsigned char fresh_span[ARENA_BYTES / SPAN_BYTES]; /* of either run */
};

#define WORK ((struct work *)WORK_START)

#endif
