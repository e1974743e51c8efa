/* A run: a copy of the snapshot that goes on into the program with the original or the candidate,
 * until it stops; and how the snapshot looks into it. */
#ifndef LLMOPT_SHADOW_CHILD_H
#define LLMOPT_SHADOW_CHILD_H

#include "state.h"

enum ending {
    ENDED_STOPPED, /* as it should: it waits to be looked at */
    ENDED_CRASHED,
    ENDED_LATE,
    ENDED_UNSTARTED,
};

struct plan {
    int candidate, stop_at_leave, shifted, timed;
    int fresh_byte;
    uint64_t limit, scrub_bytes;
};

struct child {
    pid_t pid;
    int channel, memory, pages;
    enum ending ending;
    int signal;
    uint64_t started, took; /* nanoseconds */
    struct run run;         /* as it was when it stopped */
};

/* Does not come back in the run itself: that goes on in the program. */
void child_start(struct child *child, const struct plan *plan);
/* Waits until it has stopped, or has had so many nanoseconds. */
void child_wait(struct child *child, uint64_t patience);
void child_end(struct child *child);
/* 0 for success. */
int child_read(const struct child *child, uint64_t address, void *bytes, uint64_t count);

#endif
