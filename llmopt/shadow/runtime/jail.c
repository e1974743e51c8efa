#define _GNU_SOURCE
#include "jail.h"
#include "emulate.h"
#include "kernel.h"
#include "state.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif
/* That a run may map besides what the program has. */
#define RUN_MAPPED_BYTES (UINT64_C(4) << 30)
#define FATAL_SIGNALS_MOST 31

static void remember(struct stop *stop, long number, const ucontext_t *context) {
    const greg_t *g = context->uc_mcontext.gregs;
    stop->number = number;
    const greg_t arguments[] = {g[REG_RDI], g[REG_RSI], g[REG_RDX],
                                g[REG_R10], g[REG_R8],  g[REG_R9]};
    memcpy(stop->arguments, arguments, sizeof arguments);
    const greg_t saved[] = {g[REG_RBX], g[REG_RBP], g[REG_R12], g[REG_R13], g[REG_R14], g[REG_R15]};
    memcpy(stop->saved, saved, sizeof saved);
    stop->instruction = (uint64_t)g[REG_RIP];
    stop->stack = (uint64_t)g[REG_RSP];
    stop->float_control = context->uc_mcontext.fpregs->mxcsr;
    stop->x87_control = context->uc_mcontext.fpregs->cwd;
}

static void on_system_call(int signal, siginfo_t *information, void *pointer) {
    (void)signal;
    ucontext_t *context = pointer;
    long number = information->si_syscall;
    if (information->si_code == SYS_SECCOMP) {
        greg_t *g = context->uc_mcontext.gregs;
        const long arguments[] = {g[REG_RDI], g[REG_RSI], g[REG_RDX],
                                  g[REG_R10], g[REG_R8],  g[REG_R9]};
        long result;
        if (emulate(number, arguments, &result)) {
            g[REG_RAX] = result;
            return;
        }
    }
    remember(&STATE->run.stop, number, context);
    KERNEL3(SYS_write, STATE->run.channel, "", 1);
    for (;;)
        KERNEL0(SYS_pause);
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UPPER_HALF(field)                                                                          \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field) + 4)
#define IF_EQUAL(value, then, otherwise)                                                           \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define IF_ANY(mask, then, otherwise)                                                              \
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (mask), (then), (otherwise))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define ALLOW(number) IF_EQUAL((number), 0, 1), ANSWER(SECCOMP_RET_ALLOW)

static long install(void) {
    uint64_t site = (uint64_t)kernel_call_site;
    struct sock_filter filter[] = {
        LOAD(arch),
        IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
        /* The runtime itself. */
        LOAD(instruction_pointer),
        IF_EQUAL((uint32_t)site, 0, 3),
        UPPER_HALF(instruction_pointer),
        IF_EQUAL((uint32_t)(site >> 32), 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        /* What changes this process only. */
        LOAD(nr),
        ALLOW(SYS_munmap),
        ALLOW(SYS_brk),
        ALLOW(SYS_mprotect),
        ALLOW(SYS_madvise),
        ALLOW(SYS_rt_sigreturn),
        ALLOW(SYS_sched_yield),
        IF_EQUAL(SYS_mmap, 0, 4),
        LOAD(args[3]),
        IF_ANY(MAP_ANONYMOUS, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(SECCOMP_RET_TRAP),
        IF_EQUAL(SYS_futex, 0, 4),
        LOAD(args[1]),
        IF_EQUAL(FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 0, 1),
        ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(SECCOMP_RET_TRAP),
        ANSWER(SECCOMP_RET_TRAP),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    KERNEL4(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0);
    return KERNEL3(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* Against mappings without end: the arena has a limit of its own. */
static void limit_memory(void) {
    char text[64];
    if (kernel_read_file("/proc/self/statm", text, sizeof text) <= 0)
        return;
    uint64_t bytes = strtoull(text, NULL, 10) * PAGE_BYTES + RUN_MAPPED_BYTES;
    struct rlimit limit = {bytes, bytes};
    KERNEL2(SYS_setrlimit, RLIMIT_AS, &limit);
}

int jail_enter(void) {
    /* The program's handlers must not run here: what would call them ends the run instead. */
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal <= FATAL_SIGNALS_MOST; signal++)
        if (signal != SIGKILL && signal != SIGSTOP)
            sigaction(signal, &standard, NULL);
    uint64_t mask = 0;
    KERNEL4(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &STATE->run.signal_mask, sizeof mask);
    stack_t stack = {.ss_sp = STATE->signal_stack, .ss_size = sizeof STATE->signal_stack};
    KERNEL2(SYS_sigaltstack, &stack, 0);
    struct sigaction handled = standard;
    handled.sa_sigaction = on_system_call;
    handled.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    sigaction(SIGSYS, &handled, NULL);
    KERNEL2(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
    /* What looks at the processor's own clock cannot be repeated. */
    if (!STATE->run.timed)
        KERNEL2(SYS_prctl, PR_SET_TSC, PR_TSC_SIGSEGV);
    limit_memory();
    return install() == 0 ? 0 : -1;
}
