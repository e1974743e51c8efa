#define _GNU_SOURCE
#include "snapshot.h"
#include "allocator.h"
#include "counts.h"
#include "emulate.h"
#include "judge.h"
#include "kernel.h"
#include "live.h"
#include "state.h"
#include "timing.h"
#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define FIRST_LIMIT 1
#define LIMIT_MOST (UINT64_C(1) << 40)
/* After so many stretches in a row that said nothing, twice as many calls are passed over. */
#define BACK_OFF_MOST 20
#define NEVER_AGAIN (UINT64_C(1) << 62)

static void lock(void) {
    while (__atomic_exchange_n(&STATE->snapshot_lock, 1, __ATOMIC_ACQUIRE))
        KERNEL0(SYS_sched_yield);
}

static void unlock(void) { __atomic_store_n(&STATE->snapshot_lock, 0, __ATOMIC_RELEASE); }

/* What other processes may write meanwhile, or see written, becomes the snapshot's own. */
static void make_private(void) {
    if (maps_read(&WORK->old_maps, (pid_t)KERNEL0(SYS_getpid)))
        return;
    for (unsigned i = 0; i < WORK->old_maps.count; i++) {
        const struct map *map = &WORK->old_maps.list[i];
        if (!map->shared || !map->writable)
            continue;
        uint64_t bytes = map->end - map->start;
        long copy = kernel_call(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (copy < 0)
            continue;
        memcpy((void *)copy, (const void *)map->start, bytes);
        kernel_call(SYS_mremap, copy, (long)bytes, (long)bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
                    (long)map->start, 0);
    }
}

static _Noreturn void be_snapshot(const struct llmopt_shadow_site *site, const void *record,
                                  uint64_t call, enum purpose purpose, int channel) {
    WORK->site = site;
    WORK->record = record;
    WORK->call = call;
    WORK->purpose = purpose;
    make_private();
    if (purpose == PURPOSE_LIVE)
        live_serve();
    struct answer answer = {SAID_NOTHING, 1, STATE->limit};
    if (purpose == PURPOSE_TIMING)
        time_calls();
    else
        answer = purpose == PURPOSE_SINGLE ? judge_single() : judge_stretch(STATE->limit);
    KERNEL3(SYS_write, channel, &answer, sizeof answer);
    kernel_exit(0);
}

/* In the copy: becomes the snapshot. Comes back in a run only. */
static __attribute__((noinline)) void begin_snapshot(const struct llmopt_shadow_site *site,
                                                     const void *record, uint64_t call,
                                                     enum purpose purpose, int channel) {
    if (purpose != PURPOSE_LIVE)
        KERNEL4(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
    counts_detach();
    if (kernel_reserve(WORK_START, sizeof(struct work)))
        kernel_exit(1);
    if (!__builtin_setjmp(WORK->back))
        be_snapshot(site, record, call, purpose, channel);
}

/* Whether there is an answer. In a run there is none. */
static int ask(const struct llmopt_shadow_site *site, const void *record, uint64_t call,
               enum purpose purpose, struct answer *answer) {
    int ends[2];
    if (KERNEL2(SYS_pipe2, ends, O_CLOEXEC) < 0)
        return 0;
    /* No other thread may be within the allocator: it would stay there in the copy. */
    heap_lock();
    pid_t pid = kernel_clone();
    heap_unlock();
    if (pid == 0) {
        begin_snapshot(site, record, call, purpose, ends[1]);
        kernel_close(ends[0]);
        kernel_close(ends[1]);
        return 0;
    }
    kernel_close(ends[1]);
    long got = pid > 0 ? KERNEL3(SYS_read, ends[0], answer, sizeof *answer) : 0;
    while (got == -EINTR)
        got = KERNEL3(SYS_read, ends[0], answer, sizeof *answer);
    kernel_close(ends[0]);
    if (pid > 0)
        kernel_wait(pid);
    return got == sizeof *answer;
}

static uint64_t after_stretch(const struct answer *answer) {
    if (answer->said == SAID_SAME) {
        STATE->failures = 0;
        STATE->limit = answer->next_limit < LIMIT_MOST ? answer->next_limit : LIMIT_MOST;
        counts_add_stretch(answer->done);
        return answer->done;
    }
    uint64_t step =
        UINT64_C(1) << (STATE->failures < BACK_OFF_MOST ? STATE->failures : BACK_OFF_MOST);
    STATE->failures++;
    if (answer->done > step)
        step = answer->done;
    counts_add_excluded(step);
    return step;
}

static uint64_t compare(const struct llmopt_shadow_site *site, const void *record, uint64_t call,
                        enum purpose purpose) {
    if (STATE->spent_ns > STATE->settings.budget_ns)
        return NEVER_AGAIN;
    int before = errno;
    lock();
    if (!STATE->limit)
        STATE->limit = FIRST_LIMIT;
    uint64_t started = kernel_now(), done = 1;
    struct answer answer = {0};
    int answered = ask(site, record, call, purpose, &answer);
    if (STATE->role == ROLE_RUN) {
        errno = before;
        return 0;
    }
    uint64_t took = kernel_now() - started;
    STATE->spent_ns += took;
    counts_add_time(took);
    if (answered && answer.said == SAID_OTHERWISE)
        STATE->role = ROLE_OFF; /* one difference is enough: the rest runs as it always did */
    else if (purpose == PURPOSE_STRETCH)
        done = after_stretch(&answer);
    else if (answered && answer.said == SAID_SAME)
        counts_add_single();
    unlock();
    errno = before;
    return done;
}

uint64_t snapshot_stretch(const struct llmopt_shadow_site *site, const void *record,
                          uint64_t call) {
    return compare(site, record, call, PURPOSE_STRETCH);
}

void snapshot_single(const struct llmopt_shadow_site *site, const void *record, uint64_t call) {
    if (STATE->role == ROLE_PROGRAM)
        compare(site, record, call, PURPOSE_SINGLE);
}

void snapshot_timing(const struct llmopt_shadow_site *site, const void *record, uint64_t call) {
    compare(site, record, call, PURPOSE_TIMING);
}

void snapshot_live(const struct llmopt_shadow_site *site, const void *record, uint64_t call) {
    int before = errno;
    lock();
    STATE->kept = 1;
    STATE->limit = FIRST_LIMIT;
    emulate_keep_files();
    heap_lock();
    pid_t pid = live_claim() ? -1 : kernel_clone();
    heap_unlock();
    if (pid == 0)
        begin_snapshot(site, record, call, PURPOSE_LIVE, -1);
    else
        unlock();
    errno = before;
}
