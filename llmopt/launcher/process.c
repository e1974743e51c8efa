#include "process.h"

#include "clock.h"
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { FORWARD_AFTER_MS = 50 };

static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

void processes_start(struct processes *processes) {
    *processes = (struct processes){0};
    sigemptyset(&processes->waited);
    sigaddset(&processes->waited, SIGCHLD);
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
        // What is ignored (nohup) stays ignored.
        struct sigaction before;
        if (sigaction(forwarded[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaddset(&processes->waited, forwarded[i]);
    }
    sigprocmask(SIG_BLOCK, &processes->waited, &processes->mask_before);
    // A parent that ignores SIGCHLD would leave us without the compiler's exit status.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &standard, &processes->child_before);
}

static struct sigaction file_limit_before;
static bool file_limit_ignored;

void file_limit_ignore(void) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    file_limit_ignored = sigaction(SIGXFSZ, &ignore, &file_limit_before) == 0;
}

void file_limit_restore(void) {
    if (file_limit_ignored)
        sigaction(SIGXFSZ, &file_limit_before, NULL);
    file_limit_ignored = false;
}

static void restore_signals(const struct processes *processes) {
    file_limit_restore();
    sigaction(SIGCHLD, &processes->child_before, NULL);
    sigprocmask(SIG_SETMASK, &processes->mask_before, NULL);
}

void processes_end(struct processes *processes) {
    // One that was taken while we waited has to arrive after all.
    if (processes->interrupted)
        end_by(processes->interrupted);
    restore_signals(processes);
}

pid_t start_front(struct processes *processes, const char *path, char *const words[]) {
    pid_t self = getpid();
    pid_t child = fork();
    if (child < 0)
        return 0;
    if (child == 0) {
        // Where we are killed, the build takes this compile for ended: one that lived on could
        // write its object over that of a later build.
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != self)
            _exit(NOT_EXECUTABLE);
        restore_signals(processes);
        struct program program = {(char *)(uintptr_t)path, 0};
        become(&program, words);
    }
    processes->front = child;
    return child;
}

static size_t name_size(const char *setting) { return strcspn(setting, "=") + 1; }

static bool is_set_by(const char *variable, char *const settings[]) {
    for (; *settings; settings++)
        if (strncmp(variable, *settings, name_size(*settings)) == 0)
            return true;
    return false;
}

// Ours with `settings` (NAME=value) in the place of what they replace.
static char **environment_with(char *const settings[]) {
    size_t count = 0, added = 0, kept = 0;
    while (environ[count])
        count++;
    while (settings[added])
        added++;
    char **copy = calloc(count + added + 1, sizeof *copy);
    if (!copy)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!is_set_by(environ[i], settings))
            copy[kept++] = environ[i];
    memcpy(copy + kept, settings, added * sizeof *copy);
    return copy;
}

static long close_range_from(unsigned first) {
#ifdef SYS_close_range
    return syscall(SYS_close_range, first, ~0u, 0u);
#else
    (void)first;
    return -1;
#endif
}

static void silence(void) {
    // Not O_CLOEXEC: where descriptors 0 to 2 were closed, this may be one of them.
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        if (null < 0)
            close(fd);
        else if (null != fd)
            dup2(null, fd);
    // What else was left open to us is not for a process that may outlive the build: a lock that is
    // held by it, or a pipe that somebody reads to its end.
    long limit = sysconf(_SC_OPEN_MAX);
    if (close_range_from(3) != 0)
        for (int fd = 3; fd < (limit > 0 && limit < 4096 ? limit : 4096); fd++)
            close(fd);
}

pid_t start_behind(struct processes *processes, const char *path, char *const words[],
                   char *const settings[]) {
    char **environment = environment_with(settings);
    if (!environment)
        return 0;
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        restore_signals(processes);
        silence();
        _exit(exec_program(path, words, environment));
    }
    free(environment);
    if (child < 0)
        return 0;
    // On both sides, so that the group exists whoever comes first.
    setpgid(child, child);
    return child;
}

// The kernel's signals (a key at the terminal) reached the compiler as well; those that somebody
// sent may have been sent to us alone, or to the whole group. A second one in the midst of its
// clean-up would end that, so it gets the time for it.
static void take_signal(struct processes *processes, const siginfo_t *info) {
    if (processes->front == 0) {
        processes->interrupted = info->si_signo;
    } else if (info->si_code <= 0 && processes->forwarded == 0) {
        processes->forwarded = info->si_signo;
        processes->forward_at = clock_ms() + FORWARD_AFTER_MS;
    }
}

static void forward(struct processes *processes) {
    if (processes->front)
        kill(processes->front, processes->forwarded);
    processes->forwarded = 0;
}

// Milliseconds until there is something to do without a signal; negative: never.
static int64_t time_left(const struct processes *processes, int64_t deadline) {
    int64_t until = deadline;
    if (processes->forwarded && (until < 0 || processes->forward_at < until))
        until = processes->forward_at;
    if (until < 0)
        return -1;
    int64_t left = until - clock_ms();
    return left > 0 ? left : 0;
}

bool wait_for(struct processes *processes, pid_t child, int64_t deadline, int *status) {
    for (;;) {
        pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) {
            if (ended < 0)
                *status = 0;
            if (child == processes->front)
                processes->front = 0;
            return true;
        }
        if (processes->interrupted)
            return false;
        if (processes->forwarded && clock_ms() >= processes->forward_at)
            forward(processes);
        int64_t left = time_left(processes, deadline);
        if (left == 0 && !processes->forwarded)
            return false;
        siginfo_t info;
        int taken;
        if (left < 0) {
            taken = sigwaitinfo(&processes->waited, &info);
        } else {
            struct timespec timeout = {(time_t)(left / 1000), (long)(left % 1000) * 1000000};
            taken = sigtimedwait(&processes->waited, &info, &timeout);
        }
        if (taken > 0 && taken != SIGCHLD)
            take_signal(processes, &info);
    }
}

void end_by(int signal) {
    // The child has left its core already; ours would replace it and say nothing.
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(signal, &standard, NULL);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    kill(getpid(), signal);
    _exit(128 + signal);
}

void end_as(int status) {
    if (WIFSIGNALED(status))
        end_by(WTERMSIG(status));
    _exit(WEXITSTATUS(status));
}
