/* What a process of the program knows of itself: the program, or one of the two that are run and
 * compared. */
#ifndef LLMOPT_SHADOW_STATE_H
#define LLMOPT_SHADOW_STATE_H

#include "addresses.h"
#include "interface.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The program's exit status where the runtime cannot begin at all. */
#define STATUS_NO_MEMORY 97

#define ROLE_OFF 0     /* no comparison: nobody asked, or a process that the program forked */
#define ROLE_PROGRAM 1 /* the program itself: only ever runs the original */
#define ROLE_RUN 2     /* a copy that runs the original or the candidate, to be compared */

struct settings {
    char log[4096];       /* where events are appended */
    char directory[4096]; /* of that file */
    uint64_t stretch_ns;  /* how long a stretch of calls should take */
    uint64_t timeout_ns;  /* how long the original may take for one */
    uint64_t patience_ns; /* how much longer than the original the candidate may take */
    uint64_t budget_ns;   /* how long all comparing may take */
    uint64_t samples;     /* single calls compared, at most */
    uint64_t first_call;  /* no call before this one is compared */
    uint64_t rounds;      /* of timing; 0 where calls are compared */
    uint64_t live;        /* snapshots to be kept; 0 where calls are compared at once */
    int compare_errno;
    int ignore_pagemap; /* compares every page, as where the kernel does not tell */
};

#define NOVELTY_BITS UINT64_C(16384)
struct novelty {
    uint64_t seen[NOVELTY_BITS / 64];
    uint64_t taken, next, last;
};

/* How far into a file that was open at the snapshot a run has read. */
#define FILES 256
#define NO_REGULAR_FILE (-1)
#define OPENED_BY_RUN (-2)

struct stop {
    long number; /* of the system call that is not emulated */
    long arguments[6];
    uint64_t instruction, stack, saved[6];
    uint32_t float_control, x87_control;
    char fault[64]; /* what the allocator found */
};

struct run {
    int candidate;     /* which of the two functions it runs */
    int timed;         /* whether the calls are timed, and nothing is cleared between them */
    int stop_at_leave; /* else at the entry of the call after the last */
    uint64_t limit;    /* calls to run */
    uint64_t calls;    /* begun; without those from within another */
    uint64_t entries;  /* begun, with those */
    uint64_t entry;    /* the number of the last one begun outside of another, of all entries */
    const void *outer; /* the record of the call that runs now, NULL between calls */
    const void *record, *result;
    uint64_t result_size;
    uint64_t ticks, begun; /* of the processor's time stamp, within calls */
    int channel;           /* where it says that it has stopped */
    int last_fd;
    uint64_t output_digest, output_bytes, calls_digest;
    uint64_t clock_ns, signal_mask;
    int wrote_file;
    int64_t offsets[FILES];
    struct stop stop;
};

struct state {
    /* These three are read by scrub.c, by their place. */
    uint64_t role;
    uint64_t scrub_bytes; /* of dead stack that a run clears after each call */
    uint64_t stack_floor; /* below which nothing may be written */
    int snapshot_lock;
    pid_t program;
    uint64_t spent_ns;
    uint64_t limit;    /* calls in the next stretch */
    uint64_t failures; /* stretches in a row that said nothing */
    int kept;          /* a snapshot that goes on when the program has ended */
    uint64_t number;   /* of such a one */
    /* Where a candidate that was not linked into the program stands, and how much of it. */
    uint64_t image, image_bytes;
    struct settings settings;
    struct novelty novelty;
    struct run run;
    char signal_stack[65536];
};

#define STATE ((struct state *)STATE_START)

/* In a page shared with a file: what is known however the program ends. */
struct counts {
    uint64_t calls;              /* of the function by the program */
    uint64_t covered;            /* that were part of a stretch that was compared */
    uint64_t excluded;           /* that were begun but could not be compared */
    uint64_t stretches, singles; /* that were compared */
    uint64_t spent_ns;
};

#define COUNTS ((struct counts *)COUNTS_START)

#endif
