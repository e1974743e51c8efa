#define _GNU_SOURCE
#include "child.h"
#include "allocator.h"
#include "emulate.h"
#include "jail.h"
#include "kernel.h"
#include "pages.h"
#include "report.h"
#include "work.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* Above what the program opens itself: the numbers that it gets are the same in both runs. */
#define CHANNEL_LEAST 700
/* What a run may allocate besides what the program has. */
#define RUN_HEAP_BYTES (UINT64_C(2) << 30)
#define LOOK_EVERY_MS 100
#define BUSY_MACHINE 10
#define CLOCK_OF_PROCESS 2 /* in the kernel's numbers for the clocks of other processes */

static _Noreturn void become(const struct plan *plan, int channel) {
    struct run *run = &STATE->run;
    run->outer = run->record = WORK->record;
    run->candidate = plan->candidate;
    run->stop_at_leave = plan->stop_at_leave;
    run->limit = plan->limit;
    run->timed = plan->timed;
    run->ticks = 0;
    STATE->scrub_bytes = plan->scrub_bytes;
    run->channel = channel;
    run->calls = run->entries = run->entry = 1;
    memset(&run->stop, 0, sizeof run->stop);
    emulate_begin();
    HEAP->trace = 0;
    HEAP->spans_most = HEAP->spans_used + RUN_HEAP_BYTES / SPAN_BYTES;
    if (HEAP->spans_most > ARENA_BYTES / SPAN_BYTES)
        HEAP->spans_most = ARENA_BYTES / SPAN_BYTES;
    HEAP->shifted = plan->shifted;
    HEAP->fresh_byte = plan->fresh_byte;
    HEAP->mode = plan->limit == 1 && plan->stop_at_leave ? HEAP_KEEPING : HEAP_MARKING;
    STATE->role = ROLE_RUN;
    if (jail_enter())
        kernel_exit(1);
    if (plan->timed) {
        HEAP->mode = HEAP_PLAIN;
        pages_populate();
    }
    __builtin_longjmp(WORK->back, 1);
}

void child_start(struct child *child, const struct plan *plan) {
    int ends[2];
    *child = (struct child){.channel = -1, .memory = -1, .pages = -1, .ending = ENDED_UNSTARTED};
    if (KERNEL2(SYS_pipe2, ends, O_CLOEXEC) < 0)
        return;
    child->started = kernel_now();
    pid_t pid = kernel_clone();
    if (pid == 0) {
        long channel = KERNEL3(SYS_fcntl, ends[1], F_DUPFD_CLOEXEC, CHANNEL_LEAST);
        kernel_close(ends[0]);
        kernel_close(ends[1]);
        if (channel < 0)
            kernel_exit(1);
        become(plan, (int)channel);
    }
    kernel_close(ends[1]);
    child->channel = (int)KERNEL3(SYS_fcntl, ends[0], F_DUPFD_CLOEXEC, CHANNEL_LEAST);
    kernel_close(ends[0]);
    if (pid > 0)
        child->pid = pid;
}

static int open_file(pid_t pid, const char *name) {
    char bytes[64];
    struct text path = {bytes, 0, sizeof bytes};
    text_add(&path, "/proc/");
    text_add_number(&path, (uint64_t)pid);
    text_add(&path, name);
    int fd = kernel_open(bytes);
    if (fd < 0)
        return -1;
    long high = KERNEL3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, CHANNEL_LEAST);
    kernel_close(fd);
    return (int)high;
}

static void look_at(struct child *child) {
    child->memory = open_file(child->pid, "/mem");
    child->pages = open_file(child->pid, "/pagemap");
    if (child->memory < 0 ||
        child_read(child, (uint64_t)&STATE->run, &child->run, sizeof child->run))
        child->ending = ENDED_UNSTARTED;
}

/* Nanoseconds of processor time that a process has had. */
static uint64_t processor_time(pid_t pid) {
    struct timespec time = {0, 0};
    long clock = (long)(int)((~(unsigned)pid << 3) | CLOCK_OF_PROCESS);
    if (KERNEL2(SYS_clock_gettime, clock, &time))
        return 0;
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

/* Others may keep the processors busy: what counts is the time that the run itself has had. */
static int is_late(const struct child *child, uint64_t patience) {
    return processor_time(child->pid) > patience ||
           kernel_now() - child->started > patience * BUSY_MACHINE;
}

void child_wait(struct child *child, uint64_t patience) {
    if (child->pid <= 0 || child->channel < 0)
        return;
    struct pollfd polled = {child->channel, POLLIN, 0};
    long ready;
    do
        ready = KERNEL3(SYS_poll, &polled, 1, LOOK_EVERY_MS);
    while (ready <= 0 && !is_late(child, patience));
    child->took = kernel_now() - child->started;
    char byte;
    if (ready <= 0) {
        child->ending = ENDED_LATE;
        look_at(child); /* which call it is in */
    } else if (KERNEL3(SYS_read, child->channel, &byte, 1) == 1) {
        child->ending = ENDED_STOPPED;
        look_at(child);
    } else {
        int status = kernel_wait(child->pid);
        child->pid = 0;
        child->ending = WIFSIGNALED(status) ? ENDED_CRASHED : ENDED_UNSTARTED;
        child->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
}

void child_end(struct child *child) {
    if (child->pid > 0) {
        KERNEL2(SYS_kill, child->pid, SIGKILL);
        kernel_wait(child->pid);
    }
    child->pid = 0;
    int *files[] = {&child->channel, &child->memory, &child->pages};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        if (*files[i] >= 0)
            kernel_close(*files[i]);
        *files[i] = -1;
    }
}

int child_read(const struct child *child, uint64_t address, void *bytes, uint64_t count) {
    return KERNEL4(SYS_pread64, child->memory, bytes, count, address) == (long)count ? 0 : -1;
}
