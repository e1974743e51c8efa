/* The two ends of every call of the function: what the wrapper calls. */
#include "counts.h"
#include "novelty.h"
#include "snapshot.h"
#include "state.h"
#include "stop.h"

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
    int stretch = own > thread_covered;
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
}

/* What the two functions leave on the stack and in registers that nobody may rely on would else
 * show in slots that the program allocates and never writes. */
static __attribute__((noinline)) void scrub(uint64_t bytes) {
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    if (here < STATE->run.stack_floor + bytes)
        bytes = here > STATE->run.stack_floor ? here - STATE->run.stack_floor : 0;
    char *below = __builtin_alloca(bytes);
    memset(below, 0, bytes);
    __asm__ volatile("pxor %%xmm0, %%xmm0; pxor %%xmm1, %%xmm1; pxor %%xmm2, %%xmm2;"
                     "pxor %%xmm3, %%xmm3; pxor %%xmm4, %%xmm4; pxor %%xmm5, %%xmm5;"
                     "pxor %%xmm6, %%xmm6; pxor %%xmm7, %%xmm7; pxor %%xmm8, %%xmm8;"
                     "pxor %%xmm9, %%xmm9; pxor %%xmm10, %%xmm10; pxor %%xmm11, %%xmm11;"
                     "pxor %%xmm12, %%xmm12; pxor %%xmm13, %%xmm13; pxor %%xmm14, %%xmm14;"
                     "pxor %%xmm15, %%xmm15; xorl %%eax, %%eax; xorl %%ecx, %%ecx;"
                     "xorl %%edx, %%edx; xorl %%esi, %%esi; xorl %%edi, %%edi; xorl %%r8d, %%r8d;"
                     "xorl %%r9d, %%r9d; xorl %%r10d, %%r10d; xorl %%r11d, %%r11d"
                     :
                     : "r"(below)
                     : "memory", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
                       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "cc");
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
        scrub(SNAPSHOT_STACK_BYTES);
}

EXPORTED void (*llmopt_shadow_route(void (*original)(void), void (*candidate)(void)))(void) {
    return STATE->role == ROLE_RUN && STATE->run.candidate ? candidate : original;
}

EXPORTED void llmopt_shadow_clear(void *bytes, unsigned long count) { memset(bytes, 0, count); }

EXPORTED void llmopt_shadow_leave(const void *record, const void *result, unsigned long size) {
    if (STATE->role != ROLE_RUN)
        return;
    struct run *run = &STATE->run;
    if (record != run->outer)
        return;
    run->outer = NULL;
    run->result = result;
    run->result_size = size;
    scrub(run->scrub_bytes);
    if (run->stop_at_leave && run->calls >= run->limit)
        stop_run(STOP_AT_LIMIT);
}
