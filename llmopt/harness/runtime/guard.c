#define _GNU_SOURCE
#include "guard.h"

#include "arena.h"
#include "case.h"
#include "driver.h"
#include "heap.h"
#include "nudge.h"
#include "state.h"
#include "sweep.h"
#include "trace.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

STATE static sigjmp_buf back = {0};
STATE static volatile sig_atomic_t trying = 0, calling = 0;
STATE static struct ending ending = {0};
STATE static void (*tell)(struct ending) = 0;
STATE static void (*describe)(unsigned call) = 0;

#define STACK ((size_t)1 << 16)
/* How much of the stack below a call holds the fill, in bytes. */
#define PAINTED ((size_t)1 << 14)

static void handle(int signal, siginfo_t *info, void *context) {
    (void)context;
    if (!calling) /* the runtime itself: nothing is known of the case */
        _exit(EXIT_RUNTIME);
    ending.outcome = signal == SIGPROF || signal == SIGALRM ? TOO_LONG
                     : heap.fault                           ? REFUSED
                                                            : FAULTED;
    ending.signal = signal;
    ending.address = heap.fault ? heap.fault_at : info->si_addr;
    calling = 0;
    if (trying)
        siglongjmp(back, 1);
    tell(ending);
    _exit(0);
}

void guard_begin(void) {
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGILL,  SIGFPE, SIGABRT,
                                  SIGTRAP, SIGPROF, SIGALRM, SIGSYS};
    stack_t stack = {.ss_size = STACK};
    stack.ss_sp = mmap(0, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaltstack(&stack, 0);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
        action.sa_sigaction = handle;
        sigaction(signals[i], &action, 0);
    }
}

void guard_limit(uint64_t microseconds) {
    struct itimerval used = {
        {0, 0}, {(time_t)(microseconds / 1000000), (suseconds_t)(microseconds % 1000000)}};
    /* A program that waits uses no time of the processor. */
    struct itimerval passed = {{0, 0}, {3 + (time_t)(microseconds / 100000), 0}};
    setitimer(ITIMER_PROF, &used, 0);
    setitimer(ITIMER_REAL, &passed, 0);
}

/* What was on the stack before is nothing that a function may rely on. */
static __attribute__((noinline)) void paint(void) {
    volatile unsigned char area[PAINTED];
    memset((void *)(uintptr_t)area, arena.fill, sizeof area);
    __asm__ volatile("" : : "r"(area) : "memory");
}

static void protect(void) {
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].used && arena.slots[i].constant)
            arena_protect(&arena.slots[i]);
}

static void unprotect(void) {
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].used && arena.slots[i].constant && !arena.slots[i].freed)
            mprotect(arena.slots[i].low, (size_t)(arena.slots[i].high - arena.slots[i].low),
                     PROT_READ | PROT_WRITE);
}

/* There in a program under MemorySanitizer only: what this runtime writes, which is not compiled
 * for it, it would take for what stood in the same place before. */
extern void __msan_unpoison(const volatile void *, size_t) __attribute__((weak));

void guard_initialised(const void *at, size_t size) {
    if (__msan_unpoison)
        __msan_unpoison(at, size);
}

static void initialised(unsigned call) {
    if (!__msan_unpoison)
        return;
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].used)
            guard_initialised(arena.slots[i].begin, arena.slots[i].size);
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++)
        guard_initialised(llmopt_driver.globals[i].address,
                          llmopt_driver.types[llmopt_driver.globals[i].type].size);
    guard_initialised(frames[call], llmopt_driver.frame_size);
}

/* Whether the contract allows the call; it may make the arguments and put them right first. */
static bool agreed(unsigned call) {
    calling = 1;
    heap.active = true; /* what a generator has made of the unit's functions is seen */
    case_generate(call);
    heap.active = false;
    bool allowed = llmopt_driver.agree(frames[call]);
    calling = 0;
    return allowed;
}

/* Whether the contract allows the call, which then was made. */
static bool make_call(unsigned call) {
    initialised(call);
    ending.call = call;
    if (!agreed(call))
        return scene.burst; /* of so many calls nobody makes this one */
    if (describe && !scene.round)
        describe(call);
    heap.active = true;
    if (scene.constant)
        protect();
    paint();
    errno = scene.error;
    nudge_watch(call);
    calling = 1;
    llmopt_driver.call(frames[call]);
    calling = 0;
    nudge_look_away();
    ending.error = errno;
    unprotect();
    heap.active = false;
    return true;
}

/* A try takes no longer than it may: where it ends, the sweep ends. */
static bool is_used_up(clock_t start) {
    return trying && (uint64_t)(clock() - start) * (1000000 / CLOCKS_PER_SEC) > request.case_budget;
}

static void make_sweep(void) {
    clock_t start = clock();
    bool allowed = false;
    paint();
    for (unsigned call = 0; call < scene.calls; call++) {
        ending.call = call;
        sweep_arguments(call);
        initialised(0);
        if (!agreed(0))
            continue;
        errno = scene.error;
        heap.active = true;
        calling = 1;
        llmopt_driver.call(frames[0]);
        calling = 0;
        ending.error = errno;
        heap.active = false;
        allowed = true;
        trace_result(frames[0]);
        if (call % 1024 == 1023 && is_used_up(start))
            scene.calls = call + 1;
    }
    ending.outcome = allowed ? RETURNED : OUTSIDE;
}

static void make_calls(void) {
    if (scene.sweep) {
        make_sweep();
        return;
    }
    bool allowed = make_call(0);
    for (unsigned round = 0; round < scene.rounds && allowed; round++) {
        trace_result(frames[0]);
        case_next_round();
        allowed = make_call(0);
    }
    for (unsigned call = 1; call < scene.calls && allowed; call++) {
        case_next_arguments(call);
        allowed = make_call(call);
    }
    ending.outcome = allowed ? RETURNED : OUTSIDE;
}

struct ending guard_try(void) {
    ending = (struct ending){0};
    trying = 1;
    if (!sigsetjmp(back, 0)) {
        make_calls();
    }
    trying = 0;
    nudge_look_away();
    heap.active = false;
    if (scene.constant)
        unprotect();
    return ending;
}

struct ending guard_run(void (*report)(struct ending), void (*show)(unsigned call)) {
    ending = (struct ending){0};
    tell = report;
    describe = show;
    make_calls();
    heap.active = false;
    if (scene.constant)
        unprotect();
    return ending;
}

extern void *__libc_stack_end;

bool guard_readable(const void *at, size_t size) {
    if (at > __builtin_frame_address(0) && (const char *)at + size < (const char *)__libc_stack_end)
        return true; /* without asking the kernel: callbacks are given such often */
    char byte;
    struct iovec here = {&byte, 1};
    struct iovec ends[2] = {{(void *)(uintptr_t)at, 1},
                            {(void *)((uintptr_t)at + (size ? size - 1 : 0)), 1}};
    for (int i = 0; i < 2; i++)
        if (process_vm_readv(getpid(), &here, 1, &ends[i], 1, 0) != 1)
            return false;
    return true;
}
