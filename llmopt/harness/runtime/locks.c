/* Locks and signals between threads, as the linker hands them over (`--wrap`): a case has one
 * thread that sees nothing of them. Compared are what is left locked and who was woken, not in
 * which order; and a lock may fail as an allocation may. */
#include "locks.h"

#include "arena.h"
#include "case.h"
#include "driver.h"
#include "heap.h"
#include "random.h"
#include "state.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/single_threaded.h>
#include <time.h>

#define OBJECTS 64

/* What was done to an object: how often it was locked and not given back, and whether it was used
 * to wake somebody. */
struct object {
    uint64_t place;
    int64_t held;
    unsigned woken;
};

STATE static struct object objects[OBJECTS] = {{0, 0, 0}};
STATE static unsigned count = 0;

void locks_reset(void) { count = 0; }

/* The same for the same object of original and candidate. Those of the unit itself are one: they
 * stand elsewhere in each. */
static uint64_t place_of(const void *at) {
    const struct slot *slot = arena_find(at);
    const struct block *block = heap_find(at);
    if (slot)
        return mixed((uint64_t)(slot - arena.slots) + 1, (uint64_t)at - (uint64_t)slot->begin);
    return block ? mixed(0, (uint64_t)at - (uint64_t)block->begin) : 0;
}

static struct object *object_at(const void *at) {
    static STATE struct object other = {0, 0, 0};
    uint64_t place = place_of(at);
    for (unsigned i = 0; i < count; i++)
        if (objects[i].place == place)
            return &objects[i];
    if (count == OBJECTS)
        return &other;
    objects[count] = (struct object){place, 0, 0};
    return &objects[count++];
}

void locks_observe(struct sink *sink) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < count; i++) {
        if (sink->lines && objects[i].held)
            sink_line(sink, "a lock is held = %lld times\n", (long long)objects[i].held);
        if (sink->lines && objects[i].woken)
            sink_line(sink, "waiting threads woken = in way %u\n", objects[i].woken);
        if (objects[i].held || objects[i].woken)
            sum += mixed(mixed(objects[i].place, (uint64_t)objects[i].held), objects[i].woken);
    }
    if (!sink->lines)
        sink_number(sink, sum);
}

static bool fails(void) { return heap.active && heap.failing && !--heap.failing; }

static int locked(const void *at, int failed, int by) {
    if (heap.active && !failed)
        object_at(at)->held += by;
    return failed;
}

static int woken(const void *at, int failed, unsigned way) {
    if (heap.active && !failed)
        object_at(at)->woken |= way;
    return failed;
}

#define WRAPPED(name)                                                                              \
    int __real_##name(void *at);                                                                   \
    int __wrap_##name(void *at);                                                                   \
    int __wrap_##name(void *at)

WRAPPED(pthread_mutex_lock) {
    if (fails()) /* with a number that means something, or one that does not */
        return chance(mixed(scene.place, 25), 50) ? EINVAL : 70000;
    const struct timespec past = {0, 0};
    int failed = pthread_mutex_timedlock(at, &past);
    if (failed != ETIMEDOUT)
        return locked(at, failed, 1);
    if (heap.active && __libc_single_threaded)
        raise(SIGALRM); /* it would wait for itself: the limit of time says so too, but later */
    return locked(at, __real_pthread_mutex_lock(at), 1);
}

WRAPPED(pthread_mutex_trylock) { return locked(at, __real_pthread_mutex_trylock(at), 1); }
WRAPPED(pthread_mutex_unlock) { return locked(at, __real_pthread_mutex_unlock(at), -1); }
WRAPPED(pthread_cond_signal) { return woken(at, __real_pthread_cond_signal(at), 1); }
WRAPPED(pthread_cond_broadcast) { return woken(at, __real_pthread_cond_broadcast(at), 2); }
WRAPPED(pthread_rwlock_rdlock) { return locked(at, __real_pthread_rwlock_rdlock(at), 1); }
WRAPPED(pthread_rwlock_wrlock) { return locked(at, __real_pthread_rwlock_wrlock(at), 1); }
WRAPPED(pthread_rwlock_unlock) { return locked(at, __real_pthread_rwlock_unlock(at), -1); }
WRAPPED(mtx_lock) { return locked(at, __real_mtx_lock(at), 1); }
WRAPPED(mtx_unlock) { return locked(at, __real_mtx_unlock(at), -1); }
WRAPPED(cnd_signal) { return woken(at, __real_cnd_signal(at), 1); }
WRAPPED(cnd_broadcast) { return woken(at, __real_cnd_broadcast(at), 2); }
