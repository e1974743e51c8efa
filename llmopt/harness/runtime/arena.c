#include "arena.h"

#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* An address that AddressSanitizer and MemorySanitizer leave to programs as well. */
#define BASE ((uintptr_t)0x580000000000)
#define STRIDE (4 * SLOT_ROOM)
#define PAGE ((size_t)4096)

/* Slots that nested buffers leave for the parameters of later calls. */
#define KEPT_BACK 32

STATE struct arena arena = {0};

static unsigned char *region(const struct slot *slot) {
    return (unsigned char *)(BASE + ((size_t)(slot - arena.slots) ^ arena.order) * STRIDE);
}

void arena_begin(void) {
    void *got = mmap((void *)BASE, SLOTS * STRIDE, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got != (void *)BASE) {
        perror("the addresses of the buffers are taken");
        exit(EXIT_RUNTIME);
    }
}

static struct slot *known(uint64_t path) {
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].path == path)
            return &arena.slots[i];
    return 0;
}

bool arena_has_room(uint64_t path) { return arena.count < SLOTS - KEPT_BACK || known(path); }

struct slot *arena_slot(uint64_t path) {
    struct slot *slot = known(path);
    if (slot || arena.count == SLOTS)
        return slot;
    slot = &arena.slots[arena.count++];
    memset(slot, 0, sizeof *slot);
    slot->path = path;
    return slot;
}

static uintptr_t page_of(const unsigned char *address) { return (uintptr_t)address & ~(PAGE - 1); }

static void allow(struct slot *slot, int protection) {
    if (slot->high > slot->low)
        mprotect(slot->low, (size_t)(slot->high - slot->low), protection);
}

/* In a try pages stay as they are, and more are added. */
static void extend(struct slot *slot, unsigned char *low, unsigned char *high) {
    if (slot->low == slot->high || slot->high != high) {
        allow(slot, PROT_NONE);
        slot->low = slot->high = high;
    }
    if (low < slot->low) {
        mprotect(low, (size_t)(slot->low - low), PROT_READ | PROT_WRITE);
        slot->low = low;
    }
}

void arena_place(struct slot *slot) {
    unsigned char *low, *high;
    if (slot->many)
        slot->layout = BEFORE_GUARD; /* there is no room for it behind one */
    if (slot->layout == BEFORE_GUARD) {
        high = region(slot) + 3 * SLOT_ROOM;
        slot->begin = high - slot->size;
        low = (unsigned char *)page_of(slot->begin);
    } else {
        low = region(slot) + SLOT_ROOM;
        slot->begin = low + slot->shift;
        high = (unsigned char *)page_of(slot->begin + slot->size + PAGE - 1);
    }
    slot->used = true;
    slot->freed = false;
    if (arena.trying && slot->layout == BEFORE_GUARD) {
        extend(slot, low, high);
        return;
    }
    if (low != slot->low || high != slot->high) {
        allow(slot, PROT_NONE);
        slot->low = low;
        slot->high = high;
        allow(slot, PROT_READ | PROT_WRITE);
    }
    memset(slot->low, arena.fill, (size_t)(slot->begin - slot->low));
    memset(slot->begin + slot->size, arena.fill, (size_t)(slot->high - (slot->begin + slot->size)));
}

void arena_reset(void) {
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        if (slot->freed)
            allow(slot, PROT_READ | PROT_WRITE);
        slot->used = slot->freed = false;
    }
}

struct slot *arena_find(const void *address) {
    uintptr_t place = (uintptr_t)address;
    if (place < BASE || place >= BASE + SLOTS * STRIDE)
        return 0;
    struct slot *slot = &arena.slots[(place - BASE) / STRIDE ^ arena.order];
    return slot->used ? slot : 0;
}

void arena_protect(struct slot *slot) { allow(slot, PROT_READ); }

void arena_free(struct slot *slot) {
    slot->freed = true;
    allow(slot, PROT_NONE);
}

static bool all_filled(const unsigned char *from, const unsigned char *to) {
    for (; from < to; from++)
        if (*from != arena.fill)
            return false;
    return true;
}

bool arena_damaged(const struct slot *slot) {
    return !slot->freed && !(all_filled(slot->low, slot->begin) &&
                             all_filled(slot->begin + slot->size, slot->high));
}
