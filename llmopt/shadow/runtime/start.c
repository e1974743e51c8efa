/* What happens before main. */
#define _GNU_SOURCE
#include "allocator.h"
#include "counts.h"
#include "kernel.h"
#include "report.h"
#include "state.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MILLISECOND UINT64_C(1000000)

static uint64_t number(const char *name, uint64_t otherwise) {
    const char *text = getenv(name);
    uint64_t value = text ? strtoull(text, NULL, 10) : otherwise;
    unsetenv(name);
    return value;
}

/* Of a process that the program forks nothing is compared: its parent's counts are not its own. */
static void forked(void) { STATE->role = ROLE_OFF; }

static void read_settings(struct settings *settings) {
    settings->stretch_ns = number("LLMOPT_SHADOW_STRETCH_MS", 20) * MILLISECOND;
    settings->timeout_ns = number("LLMOPT_SHADOW_TIMEOUT_MS", 5000) * MILLISECOND;
    settings->patience_ns = number("LLMOPT_SHADOW_PATIENCE_MS", 3000) * MILLISECOND;
    settings->budget_ns = number("LLMOPT_SHADOW_BUDGET_MS", 60000) * MILLISECOND;
    settings->samples = number("LLMOPT_SHADOW_SAMPLES", 200);
    settings->rounds = number("LLMOPT_SHADOW_ROUNDS", 0);
    settings->live = number("LLMOPT_SHADOW_LIVE", 0);
    settings->first_call = number("LLMOPT_SHADOW_FIRST", 1);
    settings->compare_errno = (int)number("LLMOPT_SHADOW_ERRNO", 1);
    settings->ignore_pagemap = (int)number("LLMOPT_SHADOW_EVERY_PAGE", 0);
}

__attribute__((constructor(101))) static void start(void) {
    if (kernel_reserve(STATE_START, sizeof(struct state)))
        kernel_exit(STATUS_NO_MEMORY);
    const char *log = getenv("LLMOPT_SHADOW_LOG");
    struct settings *settings = &STATE->settings;
    if (!log || strlen(log) + 32 > sizeof settings->log)
        return;
    STATE->program = (pid_t)KERNEL0(SYS_getpid);
    /* Each process of the workload has files of its own. */
    struct text path = {settings->log, 0, sizeof settings->log};
    strcpy(settings->directory, log);
    text_add(&path, log);
    text_add(&path, "/");
    text_add_number(&path, (uint64_t)STATE->program);
    char counts[sizeof settings->log];
    struct text counts_path = {counts, 0, sizeof counts};
    text_add(&counts_path, settings->log);
    text_add(&counts_path, ".counts");
    unsetenv("LLMOPT_SHADOW_LOG");
    read_settings(settings);
    if (counts_open(counts)) {
        return;
    }
    if (!heap_is_the_programs()) {
        report_refusal("libc does not allocate with the malloc that was linked into the program");
        return;
    }
    pthread_atfork(NULL, NULL, forked);
    STATE->role = ROLE_PROGRAM;
}
