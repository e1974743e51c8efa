#include "extent.h"

#include "arena.h"
#include "case.h"
#include "driver.h"
#include "heap.h"
#include "state.h"
#include "stream.h"
#include "trace.h"

#include <string.h>

/* Tries for one case; more would take too long. */
#define TRIES 300

struct search {
    uint64_t microseconds;
    unsigned char fill;
    unsigned tries;
    bool needed[SLOTS]; /* in the last try that went well */
};

static size_t element(const struct slot *slot) {
    size_t size = llmopt_driver.types[slot->type].size;
    return size ? size : 1;
}

static struct ending attempt(struct search *search) {
    search->tries++;
    state_restore();
    arena.fill = search->fill;
    heap_reset();
    arena_reset();
    stream_reset();
    trace_reset();
    case_arguments();
    struct ending ending = guard_try(search->microseconds);
    if (ending.outcome == RETURNED)
        for (unsigned i = 0; i < SLOTS; i++)
            search->needed[i] = arena.slots[i].used;
    return ending;
}

/* Makes the buffers longer until the calls return. */
static enum outcome grow(struct search *search) {
    while (search->tries < TRIES) {
        struct ending ending = attempt(search);
        if (ending.outcome != FAULTED)
            return ending.outcome;
        struct slot *slot = arena_find(ending.address);
        if (!slot || slot->freed || slot->fixed || (ending.signal != 11 && ending.signal != 7))
            return FAULTED;
        const unsigned char *address = ending.address, *end = slot->begin + slot->size;
        if (address < end)
            return FAULTED;
        size_t size = element(slot), needed = (size_t)(address - slot->begin) + 1;
        size_t more = needed > 2 * slot->size ? needed : 2 * slot->size;
        more = (more + size - 1) / size * size;
        if (slot->size + size > SLOT_ROOM || needed > SLOT_ROOM)
            return FAULTED;
        slot->size = more > SLOT_ROOM ? SLOT_ROOM / size * size : more;
    }
    return TOO_LONG;
}

static bool enough(struct search *search, struct slot *slot, size_t size) {
    slot->size = size;
    return attempt(search).outcome == RETURNED;
}

/* Halves the distance between too short and long enough. */
static void shrink(struct search *search, struct slot *slot) {
    size_t size = element(slot), low = 0, high = slot->size / size;
    if (high == 0 || enough(search, slot, 0)) {
        slot->size = 0;
        return;
    }
    if (high > 1 && enough(search, slot, size)) {
        slot->size = size;
        return;
    }
    low = high > 1;
    if (high > 1 && !enough(search, slot, (high - 1) * size))
        low = high - 1; /* a text was as long as its length says */
    while (high - low > 1 && search->tries < TRIES) {
        size_t middle = low + (high - low) / 2;
        if (enough(search, slot, middle * size))
            high = middle;
        else
            low = middle;
    }
    slot->size = high * size;
}

static enum outcome find(struct search *search) {
    enum outcome outcome = grow(search);
    for (unsigned i = 0; i < arena.count && outcome == RETURNED; i++) {
        struct slot *slot = &arena.slots[i];
        if (search->needed[i] && !slot->fixed)
            shrink(search, slot);
        if (search->tries >= TRIES)
            outcome = TOO_LONG;
    }
    return outcome;
}

enum outcome extent_find(uint64_t microseconds, unsigned char fill) {
    struct search search = {microseconds, fill, 0, {false}};
    bool behind = scene.behind, constant = scene.constant;
    scene.behind = scene.constant = false;
    enum outcome outcome = find(&search);
    scene.behind = behind;
    scene.constant = constant;
    if (outcome != RETURNED)
        return outcome;
    /* Fewer pointers in a buffer make fewer buffers: the others are of no size. */
    for (unsigned i = 0; i < arena.count; i++)
        if (!search.needed[i])
            arena.slots[i].size = 0;
    return attempt(&search).outcome;
}
