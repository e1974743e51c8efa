/* The two ends of every call of the function: what the wrapper calls. */
#include "counts.h"
#include "kernel.h"
#include "live.h"
#include "novelty.h"
#include "scrub.h"
#include "snapshot.h"
#include "state.h"
#include "stop.h"
#include "timing.h"

#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

/* More than a snapshot uses of the stack before a run begins. */
#define SNAPSHOT_STACK_BYTES 65536

/* In a thread's own memory: a stretch covers the calls of the thread that began it. */
static __thread __attribute__((tls_model("initial-exec"))) uint64_t thread_calls, thread_covered;

/* Not inlined: what it leaves on the stack has to stand below the frame that scrubs. */
static __attribute__((noinline)) void enter_program(const struct llmopt_shadow_site *site,
                                                    const void *record) {
    uint64_t call = counts_begin_call();
    uint64_t own = ++thread_calls;
    if (call < STATE->settings.first_call)
        return;
    if (STATE->settings.live) {
        if (live_wants(site, record, call))
            snapshot_live(site, record, call);
        /* The rest of the program is of no use to anybody. */
        if (STATE->role == ROLE_PROGRAM && live_is_done())
            kernel_exit(0);
        return;
    }
    int stretch = own > thread_covered;
    if (STATE->settings.rounds) {
        if (timing_wants(call))
            snapshot_timing(site, record, call);
        return;
    }
    int single = novelty_wants(site, record, call);
    if (stretch) {
        uint64_t done = snapshot_stretch(site, record, call);
        if (STATE->role == ROLE_RUN)
            return;
        thread_covered = own + done - 1;
    }
    if (single)
        snapshot_single(site, record, call);
}

static uint64_t ticks_now(void) {
    uint32_t low, high, processor;
    __asm__ volatile("lfence; rdtscp; lfence"
                     : "=a"(low), "=d"(high), "=c"(processor)
                     :
                     : "memory");
    return (uint64_t)high << 32 | low;
}

static void enter_run(const void *record) {
    struct run *run = &STATE->run;
    /* A call from within another stands below it on the stack. One above it means that the other
     * was left by a jump. */
    if (run->outer && (uintptr_t)record < (uintptr_t)run->outer) {
        run->entries++;
        return;
    }
    run->outer = NULL;
    if (run->calls >= run->limit)
        stop_run(STOP_AT_LIMIT);
    run->calls++;
    run->entry = ++run->entries;
    run->outer = run->record = record;
    if (run->timed)
        run->begun = ticks_now();
}

/* What the snapshot did on this stack must not show. */
static void begin_run(void) {
    scrub_below(SNAPSHOT_STACK_BYTES);
    if (STATE->run.timed)
        STATE->run.begun = ticks_now();
}

EXPORTED void llmopt_shadow_enter(const struct llmopt_shadow_site *site, const void *record) {
    if (STATE->role == ROLE_RUN) {
        enter_run(record);
        return;
    }
    if (STATE->role != ROLE_PROGRAM)
        return;
    enter_program(site, record);
    if (STATE->role == ROLE_RUN)
        begin_run();
}

EXPORTED void (*llmopt_shadow_route(void (*original)(void), void (*candidate)(void)))(void) {
    if (STATE->role != ROLE_RUN || !STATE->run.candidate)
        return original;
    return STATE->image_bytes ? (void (*)(void))STATE->image : candidate;
}

EXPORTED void llmopt_shadow_clear(void *bytes, unsigned long count) { memset(bytes, 0, count); }

/* In a run, once what the function left on the stack and in registers has been cleared. */
void leave_run(const void *record, const void *result, unsigned long size) {
    struct run *run = &STATE->run;
    if (record != run->outer)
        return;
    run->outer = NULL;
    if (run->timed)
        run->ticks += ticks_now() - run->begun;
    run->result = result;
    run->result_size = size;
    if (run->stop_at_leave && run->calls >= run->limit)
        stop_run(STOP_AT_LIMIT);
}
