#define _GNU_SOURCE
#include "emulate.h"
#include "kernel.h"
#include "state.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define DIGEST_START UINT64_C(14695981039346656037)
#define DIGEST_FACTOR UINT64_C(1099511628211)
/* Each look at the clock finds it this much later: two runs that look equally often see the same.
 */
#define CLOCK_STEP_NS UINT64_C(1000)
#define CLOCK_BASE_SECONDS 1700000000
#define SECOND_NS UINT64_C(1000000000)
#define NOT_EMULATED 0
#define EMULATED 1

static uint64_t digest(uint64_t state, const void *bytes, uint64_t count) {
    const unsigned char *byte = bytes;
    for (uint64_t i = 0; i < count; i++)
        state = (state ^ byte[i]) * DIGEST_FACTOR;
    return state;
}

static int is_regular(int fd) {
    struct stat status;
    return KERNEL2(SYS_fstat, fd, &status) == 0 && S_ISREG(status.st_mode);
}

void emulate_begin(void) {
    struct run *run = &STATE->run;
    run->output_digest = run->calls_digest = DIGEST_START;
    run->output_bytes = 0;
    run->last_fd = -1;
    run->clock_ns = CLOCK_BASE_SECONDS * SECOND_NS;
    run->wrote_file = 0;
    if (!STATE->kept)
        emulate_keep_files();
}

void emulate_keep_files(void) {
    struct run *run = &STATE->run;
    for (int fd = 0; fd < FILES; fd++)
        run->offsets[fd] = is_regular(fd) ? KERNEL3(SYS_lseek, fd, 0, SEEK_CUR) : NO_REGULAR_FILE;
}

static int64_t *offset_of(long fd) {
    return fd >= 0 && fd < FILES ? &STATE->run.offsets[fd] : NULL;
}

static int is_tracked(long fd) {
    const int64_t *offset = offset_of(fd);
    return offset && *offset >= 0;
}

static int was_opened_here(long fd) {
    const int64_t *offset = offset_of(fd);
    return offset && *offset == OPENED_BY_RUN;
}

/* A descriptor that two runs may both have: the runtime's own channel is none. */
static int is_the_programs(long fd) {
    return fd != STATE->run.channel && KERNEL2(SYS_fcntl, fd, F_GETFD) >= 0;
}

static int note_output(long fd, const void *bytes, uint64_t count) {
    struct run *run = &STATE->run;
    if (!is_the_programs(fd) || was_opened_here(fd))
        return NOT_EMULATED;
    if (run->last_fd != fd)
        run->output_digest = digest(run->output_digest, &fd, sizeof fd);
    run->last_fd = (int)fd;
    run->output_digest = digest(run->output_digest, bytes, count);
    run->output_bytes += count;
    if (is_tracked(fd)) {
        run->wrote_file = 1;
        *offset_of(fd) += (int64_t)count;
    }
    return EMULATED;
}

static int emulate_write(const long *arguments, long *result) {
    *result = arguments[2];
    return note_output(arguments[0], (const void *)arguments[1], (uint64_t)arguments[2]);
}

static int emulate_writev(const long *arguments, long *result) {
    const struct iovec *parts = (const struct iovec *)arguments[1];
    *result = 0;
    for (long i = 0; i < arguments[2]; i++) {
        if (!note_output(arguments[0], parts[i].iov_base, parts[i].iov_len))
            return NOT_EMULATED;
        *result += (long)parts[i].iov_len;
    }
    return EMULATED;
}

/* What the run has written is not in the file: to read that would be to read something else. */
static int may_read_back(long fd) {
    return STATE->run.wrote_file && (KERNEL2(SYS_fcntl, fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

static int emulate_read(const long *arguments, long *result) {
    long fd = arguments[0];
    if (was_opened_here(fd)) {
        *result = KERNEL3(SYS_read, fd, arguments[1], arguments[2]);
        return EMULATED;
    }
    if (!is_tracked(fd) || may_read_back(fd))
        return NOT_EMULATED;
    *result = KERNEL4(SYS_pread64, fd, arguments[1], arguments[2], *offset_of(fd));
    if (*result > 0)
        *offset_of(fd) += *result;
    return EMULATED;
}

static int emulate_lseek(const long *arguments, long *result) {
    long fd = arguments[0];
    if (was_opened_here(fd)) {
        *result = KERNEL3(SYS_lseek, fd, arguments[1], arguments[2]);
        return EMULATED;
    }
    if (!is_tracked(fd) || (arguments[2] != SEEK_SET && arguments[2] != SEEK_CUR))
        return NOT_EMULATED;
    int64_t at = arguments[1] + (arguments[2] == SEEK_CUR ? *offset_of(fd) : 0);
    *result = at < 0 ? -EINVAL : at;
    if (at >= 0)
        *offset_of(fd) = at;
    return EMULATED;
}

static int emulate_open(const long *arguments, long *result) {
    long flags = arguments[2];
    if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY || STATE->run.wrote_file)
        return NOT_EMULATED;
    const char *path = (const char *)arguments[1];
    *result = KERNEL4(SYS_openat, arguments[0], path, flags, 0);
    if (*result < 0)
        return EMULATED;
    if (*result >= FILES || !is_regular((int)*result)) {
        kernel_close((int)*result);
        return NOT_EMULATED;
    }
    STATE->run.offsets[*result] = OPENED_BY_RUN;
    STATE->run.calls_digest = digest(STATE->run.calls_digest, path, strlen(path));
    return EMULATED;
}

static int emulate_close(const long *arguments, long *result) {
    if (!is_the_programs(arguments[0])) {
        *result = -EBADF;
        return EMULATED;
    }
    *result = KERNEL1(SYS_close, arguments[0]);
    if (offset_of(arguments[0]))
        *offset_of(arguments[0]) = NO_REGULAR_FILE;
    return EMULATED;
}

static void look_at_clock(struct timespec *now) {
    STATE->run.clock_ns += CLOCK_STEP_NS;
    now->tv_sec = (time_t)(STATE->run.clock_ns / SECOND_NS);
    now->tv_nsec = (long)(STATE->run.clock_ns % SECOND_NS);
}

static int emulate_clock(long number, const long *arguments, long *result) {
    struct timespec now;
    look_at_clock(&now);
    *result = 0;
    if (number == SYS_time) {
        *result = now.tv_sec;
        if (arguments[0])
            *(time_t *)arguments[0] = now.tv_sec;
    } else if (number == SYS_gettimeofday) {
        if (arguments[0])
            *(struct timeval *)arguments[0] = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    } else {
        *(struct timespec *)arguments[1] = now;
    }
    return EMULATED;
}

static int emulate_signal_mask(const long *arguments, long *result) {
    struct run *run = &STATE->run;
    uint64_t before = run->signal_mask;
    if (arguments[1]) {
        uint64_t change = *(const uint64_t *)arguments[1];
        if (arguments[0] == SIG_BLOCK)
            run->signal_mask |= change;
        else if (arguments[0] == SIG_UNBLOCK)
            run->signal_mask &= ~change;
        else
            run->signal_mask = change;
    }
    if (arguments[2])
        *(uint64_t *)arguments[2] = before;
    *result = 0;
    return EMULATED;
}

/* Nobody is left who could wake a run that waits. */
static int emulate_futex(const long *arguments, long *result) {
    long operation = arguments[1] & FUTEX_CMD_MASK;
    if (operation == FUTEX_WAKE) {
        *result = 0;
        return EMULATED;
    }
    if (operation != FUTEX_WAIT && operation != FUTEX_WAIT_BITSET)
        return NOT_EMULATED;
    if (*(const volatile int *)arguments[0] == (int)arguments[2])
        return NOT_EMULATED;
    *result = -EAGAIN;
    return EMULATED;
}

static int pass_through(long number, const long *arguments, long *result) {
    *result = kernel_call(number, arguments[0], arguments[1], arguments[2], arguments[3],
                          arguments[4], arguments[5]);
    return EMULATED;
}

int emulate(long number, const long *arguments, long *result) {
    switch (number) {
    case SYS_write:
        return emulate_write(arguments, result);
    case SYS_writev:
        return emulate_writev(arguments, result);
    }
    /* How often something is written may differ; what is asked of the system may not. */
    STATE->run.calls_digest = digest(STATE->run.calls_digest, &number, sizeof number);
    switch (number) {
    case SYS_read:
        return emulate_read(arguments, result);
    case SYS_lseek:
        return emulate_lseek(arguments, result);
    case SYS_openat:
        return emulate_open(arguments, result);
    case SYS_close:
        return emulate_close(arguments, result);
    case SYS_getpid:
        *result = STATE->program;
        return EMULATED;
    case SYS_clock_gettime:
    case SYS_gettimeofday:
    case SYS_time:
        return emulate_clock(number, arguments, result);
    case SYS_rt_sigprocmask:
        return emulate_signal_mask(arguments, result);
    case SYS_futex:
        return emulate_futex(arguments, result);
    case SYS_fstat:
    case SYS_newfstatat:
    case SYS_pread64:
        return STATE->run.wrote_file ? NOT_EMULATED : pass_through(number, arguments, result);
    case SYS_ioctl:
        return arguments[1] == TCGETS ? pass_through(number, arguments, result) : NOT_EMULATED;
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
    case SYS_uname:
    case SYS_getcwd:
    case SYS_sysinfo:
    case SYS_sched_getaffinity:
        return pass_through(number, arguments, result);
    }
    return NOT_EMULATED;
}
