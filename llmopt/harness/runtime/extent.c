#include "extent.h"

#include "arena.h"
#include "case.h"
#include "driver.h"
#include "heap.h"
#include "nudge.h"
#include "random.h"
#include "reach.h"
#include "state.h"
#include "stream.h"
#include "trace.h"

#include <string.h>
#include <time.h>

/* Tries for one case; more would take too long. */
#define TRIES 300

struct search {
    unsigned char fill;
    unsigned tries;
    bool needed[SLOTS]; /* in the last try that went well */
};

static bool is_flexible(const struct slot *slot) {
    return llmopt_driver.types[slot->type].flags & LLMOPT_FLEXIBLE;
}

/* The step by which a buffer grows. */
static size_t element(const struct slot *slot) {
    size_t size = llmopt_driver.types[slot->type].size;
    return size && !is_flexible(slot) ? size : 1;
}

static struct ending attempt(struct search *search) {
    search->tries++;
    state_restore();
    arena.fill = search->fill;
    heap_reset();
    arena_reset();
    stream_reset();
    trace_reset();
    reach_clear();
    case_arguments();
    struct ending ending = guard_try();
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
        size_t room = scene.giant ? SLOT_ROOM : SLOT_ROOM / 8;
        if (slot->size + size > room || needed > room)
            return FAULTED;
        slot->size = more > room ? room / size * size : more;
    }
    return TOO_LONG;
}

static bool enough(struct search *search, struct slot *slot, size_t size) {
    slot->size = size;
    return attempt(search).outcome == RETURNED;
}

/* Between too short and long enough, in elements. */
struct bounds {
    size_t low, high;
};

/* Whether a length is long enough, where that is not known yet. */
static void ask(struct search *search, struct slot *slot, struct bounds *bounds, size_t length) {
    if (length <= bounds->low || length >= bounds->high || search->tries >= TRIES)
        return;
    if (enough(search, slot, length * element(slot)))
        bounds->high = length;
    else
        bounds->low = length;
}

static uint64_t number(unsigned parameter) {
    const struct llmopt_parameter *known = &llmopt_driver.parameters[parameter];
    const struct llmopt_type *type = &llmopt_driver.types[known->type];
    uint64_t value = 1;
    if (type->kind == LLMOPT_INTEGER && type->size <= sizeof value) {
        value = 0;
        memcpy(&value, frames[0] + known->offset, type->size);
    }
    return value;
}

/* Lengths are mostly numbers that the function is given, or products of two. */
static void ask_for_numbers(struct search *search, struct slot *slot, struct bounds *bounds) {
    unsigned count = (unsigned)llmopt_driver.parameter_count;
    for (unsigned i = 0; i < count; i++)
        for (unsigned k = i; k <= count; k++) {
            uint64_t length = number(i) * (k == i || k == count ? 1 : number(k));
            if (number(i) == 1 || length > SLOT_ROOM)
                continue;
            ask(search, slot, bounds, length);
            if (bounds->high == length)
                ask(search, slot, bounds, length - 1);
        }
}

static void shrink(struct search *search, struct slot *slot) {
    size_t size = element(slot);
    struct bounds bounds = {0, slot->size / size};
    if (is_flexible(slot)) {
        bounds.low = llmopt_driver.types[slot->type].size - 1;
    } else if (slot->least_size) {
        bounds.low = slot->least_size / size - 1;
        if (bounds.high - bounds.low <= 1)
            return;
    } else if (bounds.high == 0 || enough(search, slot, 0)) {
        slot->size = 0;
        return;
    }
    ask(search, slot, &bounds, bounds.high - 1); /* a text is as long as it says */
    ask_for_numbers(search, slot, &bounds);
    while (bounds.high - bounds.low > 1 && search->tries < TRIES)
        ask(search, slot, &bounds, bounds.low + (bounds.high - bounds.low) / 2);
    slot->size = bounds.high * size;
}

/* Those that one buffer points to are many, and mostly alike. */
#define ALIKE 3

/* Gives all slots of a group from one on a size; the sizes that they had are in `before`. */
static void resize(const struct search *search, unsigned from, size_t size, size_t *before) {
    for (unsigned i = from; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        before[i] = slot->size;
        if (search->needed[i] && !slot->fixed && slot->group == arena.slots[from].group)
            slot->size = size > slot->least_size ? size : slot->least_size;
    }
}

static bool all_enough(struct search *search, unsigned from, size_t size) {
    size_t before[SLOTS];
    bool needed[SLOTS];
    memcpy(needed, search->needed, sizeof needed);
    resize(search, from, size, before);
    if (attempt(search).outcome == RETURNED)
        return true;
    for (unsigned i = from; i < arena.count; i++)
        arena.slots[i].size = before[i];
    memcpy(search->needed, needed, sizeof needed);
    return false;
}

/* Whether the first slots of the group say what the others need: nothing, the same as they, or
 * what they have. */
static bool settled(struct search *search, unsigned at, const size_t *first) {
    unsigned members = 0, same = 0, whole = 0, more = 0;
    size_t size = 0;
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        if (!search->needed[i] || slot->fixed || slot->group != arena.slots[at].group)
            continue;
        if (i >= at) {
            more++;
            continue;
        }
        same += !members++ || slot->size == size;
        whole += slot->size == first[i];
        size = slot->size;
    }
    if (is_flexible(&arena.slots[at]))
        return false;
    if (!members)
        return more > ALIKE && all_enough(search, at, 0);
    if (members < ALIKE || more < 2)
        return false;
    return whole == members || (same == members && all_enough(search, at, size));
}

static enum outcome find(struct search *search) {
    size_t first[SLOTS];
    uint64_t done[SLOTS];
    unsigned done_count = 0;
    enum outcome outcome = grow(search);
    for (unsigned i = 0; i < arena.count; i++)
        first[i] = arena.slots[i].size;
    for (unsigned i = 0; i < arena.count && outcome == RETURNED; i++) {
        struct slot *slot = &arena.slots[i];
        bool known = false;
        for (unsigned k = 0; k < done_count; k++)
            known |= done[k] == slot->group;
        if (!search->needed[i] || slot->fixed || known)
            continue;
        if (settled(search, i, first))
            done[done_count++] = slot->group;
        else
            shrink(search, slot);
        if (search->tries >= TRIES)
            outcome = TOO_LONG;
    }
    return outcome;
}

/* Of many calls those before the first that goes wrong. */
static void cut_burst(struct search *search) {
    struct ending ending = attempt(search);
    if (ending.outcome == FAULTED && ending.call)
        scene.calls = ending.call;
}

static enum outcome find_all(unsigned char fill) {
    struct search search = {fill, 0, {false}};
    if (scene.burst)
        cut_burst(&search);
    bool behind = scene.behind, constant = scene.constant;
    scene.behind = scene.constant = false;
    arena.trying = true;
    enum outcome outcome = find(&search);
    arena.trying = false;
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

/* The calls before the first that goes wrong, as many as there is time for. */
static enum outcome find_sweep(unsigned char fill) {
    struct search search = {fill, 0, {false}};
    struct ending ending = attempt(&search);
    if (ending.outcome != FAULTED || !ending.call)
        return ending.outcome;
    scene.calls = ending.call;
    return attempt(&search).outcome;
}

enum outcome extent_find(unsigned char fill, uint64_t budget) {
    if (scene.sweep)
        return find_sweep(fill);
    clock_t start = clock();
    enum outcome outcome = find_all(fill);
    uint64_t used = (uint64_t)(clock() - start) * (1000000 / CLOCKS_PER_SEC);
    if (outcome != RETURNED || used > budget / 3) /* a second search would take as long again */
        return outcome;
    if (!chance(mixed(scene.place, 28), 60) || !nudge_choose())
        return outcome;
    size_t sizes[SLOTS];
    unsigned calls = scene.calls;
    for (unsigned i = 0; i < SLOTS; i++)
        sizes[i] = arena.slots[i].size;
    if (find_all(fill) == RETURNED)
        return RETURNED;
    /* The function takes no such numbers. */
    nudges.count = 0;
    scene.calls = calls;
    for (unsigned i = 0; i < SLOTS; i++)
        arena.slots[i].size = sizes[i];
    struct search search = {fill, 0, {false}};
    return attempt(&search).outcome;
}
