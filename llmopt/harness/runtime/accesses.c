#include "accesses.h"

#include "arena.h"
#include "case.h"
#include "driver.h"
#include "heap.h"
#include "random.h"
#include "state.h"

#include <stdbool.h>
#include <string.h>

/* Accesses that are kept one by one; of those beyond only the number and a digest. */
#define KEPT 64

enum owner { ELSEWHERE, BUFFER, BLOCK, VARIABLE };

struct access {
    bool writes;
    unsigned size;
    enum owner owner;
    uint64_t number, offset; /* of the owner, and in it */
    uint64_t value;          /* as it is written, or as it was read */
};

STATE static struct access kept[KEPT] = {0};
STATE static uint64_t count = 0, rolling = 0;
/* A write is told of before it is done. */
STATE static struct access pending = {0};
STATE static const void *pending_at = 0;

void accesses_reset(void) {
    count = rolling = 0;
    pending_at = 0;
}

static void own(struct access *access, enum owner owner, uint64_t number, const void *begin,
                const void *at) {
    access->owner = owner;
    access->number = number;
    access->offset = (uint64_t)at - (uint64_t)begin;
}

static void name(struct access *access, const void *at) {
    struct slot *slot = arena_find(at);
    struct block *block = heap_find(at);
    if (slot) {
        own(access, BUFFER, (uint64_t)(slot - arena.slots), slot->begin, at);
        return;
    }
    if (block) {
        own(access, BLOCK, 0, block->begin, at);
        return;
    }
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++) {
        const struct llmopt_global *global = &llmopt_driver.globals[i];
        uintptr_t from = (uintptr_t)global->address;
        if ((uintptr_t)at >= from &&
            (uintptr_t)at - from < llmopt_driver.types[global->type].size) {
            own(access, VARIABLE, i, global->address, at);
            return;
        }
    }
}

static void keep(const struct access *access) {
    if (count < KEPT)
        kept[count] = *access;
    count++;
    rolling = mixed(rolling ^ access->value, access->size + 64 * access->writes + access->owner);
    rolling = mixed(rolling ^ access->number, access->offset);
}

static uint64_t held(const void *at, unsigned size) {
    uint64_t value = 0;
    memcpy(&value, at, size < sizeof value ? size : sizeof value);
    return value;
}

static void settle(void) {
    if (!pending_at)
        return;
    pending.value = held(pending_at, pending.size);
    pending_at = 0;
    keep(&pending);
}

/* What a device answers: often what it did, or a number with few bits. */
static void answer(void *at, unsigned size) {
    const struct slot *slot = arena_find(at);
    uint64_t place = mixed(mixed(scene.place, 26), count);
    if (!chance(mixed(scene.place, 27), 50) || !slot || slot->constant || slot->freed ||
        size > sizeof place || !chance(place, 50))
        return;
    uint64_t value = chance(mixed(place, 1), 70) ? below(mixed(place, 2), 8) : mixed(place, 3);
    memcpy(at, &value, size);
}

static void see(void *at, unsigned size, bool writes) {
    if (!heap.active)
        return; /* the driver's own */
    settle();
    struct access access = {.writes = writes, .size = size};
    name(&access, at);
    if (writes) {
        pending = access;
        pending_at = at;
        return;
    }
    answer(at, size);
    access.value = held(at, size);
    keep(&access);
}

void accesses_observe(struct sink *sink) {
    static const char *const owners[] = {"elsewhere", "buffer", "block", "variable"};
    settle();
    if (!sink->lines) {
        sink_number(sink, count);
        sink_number(sink, rolling);
        return;
    }
    for (uint64_t i = 0; i < count && i < KEPT; i++) {
        const struct access *access = &kept[i];
        sink_line(sink, "volatile access %llu = %s %llu at %s %llu+%llu\n", (unsigned long long)i,
                  access->writes ? "write of" : "read of", (unsigned long long)access->value,
                  owners[access->owner], (unsigned long long)access->number,
                  (unsigned long long)access->offset);
    }
    if (count)
        sink_line(sink, "volatile accesses = %llu, digest %016llx\n", (unsigned long long)count,
                  (unsigned long long)rolling);
}

/* --- what compilers call ----------------------------------------------------------------- */

#define TOLD(bytes)                                                                                \
    void __tsan_volatile_read##bytes(void *at);                                                    \
    void __tsan_volatile_read##bytes(void *at) { see(at, bytes, false); }                          \
    void __tsan_volatile_write##bytes(void *at);                                                   \
    void __tsan_volatile_write##bytes(void *at) { see(at, bytes, true); }                          \
    void __tsan_unaligned_volatile_read##bytes(void *at);                                          \
    void __tsan_unaligned_volatile_read##bytes(void *at) { see(at, bytes, false); }                \
    void __tsan_unaligned_volatile_write##bytes(void *at);                                         \
    void __tsan_unaligned_volatile_write##bytes(void *at) { see(at, bytes, true); }

TOLD(1)
TOLD(2)
TOLD(4)
TOLD(8)
TOLD(16)

#define IGNORED(bytes)                                                                             \
    void __tsan_read##bytes(void *at);                                                             \
    void __tsan_read##bytes(void *at) { (void)at; }                                                \
    void __tsan_write##bytes(void *at);                                                            \
    void __tsan_write##bytes(void *at) { (void)at; }                                               \
    void __tsan_read_write##bytes(void *at);                                                       \
    void __tsan_read_write##bytes(void *at) { (void)at; }                                          \
    void __tsan_unaligned_read##bytes(void *at);                                                   \
    void __tsan_unaligned_read##bytes(void *at) { (void)at; }                                      \
    void __tsan_unaligned_write##bytes(void *at);                                                  \
    void __tsan_unaligned_write##bytes(void *at) { (void)at; }                                     \
    void __tsan_unaligned_read_write##bytes(void *at);                                             \
    void __tsan_unaligned_read_write##bytes(void *at) { (void)at; }

IGNORED(1)
IGNORED(2)
IGNORED(4)
IGNORED(8)
IGNORED(16)

void __tsan_init(void);
void __tsan_init(void) {}
void __tsan_func_entry(void *from);
void __tsan_func_entry(void *from) { (void)from; }
void __tsan_func_exit(void);
void __tsan_func_exit(void) {}
void __tsan_read_range(void *at, unsigned long size);
void __tsan_read_range(void *at, unsigned long size) { (void)at, (void)size; }
void __tsan_write_range(void *at, unsigned long size);
void __tsan_write_range(void *at, unsigned long size) { (void)at, (void)size; }
