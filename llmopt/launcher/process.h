// Children: the compiler in front, the resolver behind it, and the signals between them.
#ifndef LLMOPT_PROCESS_H
#define LLMOPT_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// Signals are taken in turn (sigtimedwait) and not in handlers, so that nothing is ever interrupted
// half-way. `processes_start` takes them; the children get back what was there before.
struct processes {
    sigset_t waited;
    sigset_t mask_before;
    struct sigaction child_before;
    pid_t front;   // gets the signals that were sent to us alone; 0: none
    int forwarded; // one that it is to get at `forward_at`, where it still runs then; 0: none
    int64_t forward_at;
    int interrupted; // a signal that asked us to end while nothing was in front; 0: none
};

void processes_start(struct processes *processes);

// A file of ours that meets the limit of file sizes must not end us: writing it then fails. The
// children and what this process becomes get back what was there before.
void file_limit_ignore(void);
void file_limit_restore(void);

// Gives the signals back to this process, before it becomes the compiler.
void processes_end(struct processes *processes);

// Starts the program in front, with our descriptors and environment. 0: it could not be started.
pid_t start_front(struct processes *processes, const char *path, char *const words[]);

// Starts a program in a process group of its own, with /dev/null for its standard descriptors and
// no other, and with `settings` (NAME=value, ended by NULL) in its environment. 0: not started.
pid_t start_behind(struct processes *processes, const char *path, char *const words[],
                   char *const settings[]);

// Waits for a child at most until `deadline` (by clock_ms; negative: for ever). False: it is still
// running, or a signal asked us to end.
bool wait_for(struct processes *processes, pid_t child, int64_t deadline, int *status);

// Ends this process as a child ended: with its exit status or by its signal.
_Noreturn void end_as(int status);

// Ends this process by a signal.
_Noreturn void end_by(int signal);

#endif
