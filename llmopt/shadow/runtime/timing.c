#include "timing.h"
#include "child.h"
#include "judge.h"
#include "pages.h"
#include "report.h"
#include "stop.h"
#include "work.h"

/* Snapshots: at the first calls, and then ever further apart. */
#define FIRST_CALLS 2
#define CALLS_TIMED 4096
/* A run should not take longer: the machine changes meanwhile. */
#define RUN_NS UINT64_C(20000000)
#define ROUNDS_MOST 512

int timing_wants(uint64_t call) {
    struct novelty *novelty = &STATE->novelty;
    if (novelty->taken >= STATE->settings.samples || call < novelty->next)
        return 0;
    novelty->taken++;
    novelty->next = call < FIRST_CALLS ? call + 1 : call * 2;
    return 1;
}

/* Runs to the end of a plan's calls; 0 where that cannot be. */
static int run_once(const struct plan *plan, struct child *child) {
    child_start(child, plan);
    child_wait(child, STATE->settings.timeout_ns);
    return child->ending == ENDED_STOPPED && child->run.calls && !child->run.outer;
}

/* How many calls to time: none after which the original cannot go on, and not too long. */
static int find_calls(struct plan *plan) {
    struct child child;
    for (;;) {
        int stopped = run_once(plan, &child);
        uint64_t calls = child.run.calls, took = child.took;
        int inside = child.ending == ENDED_STOPPED && child.run.outer;
        if (stopped && (took <= RUN_NS || plan->limit == 1)) {
            plan->limit = calls;
            pages_learn(&child);
            child_end(&child);
            return 1;
        }
        child_end(&child);
        if (plan->limit <= 1 || (inside && calls <= 1))
            return 0;
        plan->limit = inside ? calls - 1 : plan->limit / 2;
    }
}

void time_calls(void) {
    static const int order[] = {0, 1, 1, 0};
    struct plan plan = {.limit = CALLS_TIMED, .stop_at_leave = 1, .timed = 1};
    find_stack_floor();
    WORK->old_maps.count = WORK->written_count = 0;
    if (!find_calls(&plan))
        return;
    struct text line = report_begin("timing");
    field_number(&line, "call", WORK->call);
    field_number(&line, "calls", plan.limit);
    text_add(&line, ",\"runs\":[");
    uint64_t rounds = STATE->settings.rounds < ROUNDS_MOST ? STATE->settings.rounds : ROUNDS_MOST;
    int begun = 0;
    for (uint64_t i = 0; i < rounds * 2; i++) {
        struct child child;
        plan.candidate = order[i % 4];
        if (run_once(&plan, &child) && child.run.calls == plan.limit) {
            text_add(&line, begun++ ? ",{" : "{");
            field_number(&line, "candidate", (uint64_t)plan.candidate);
            field_number(&line, "ticks", child.run.ticks);
            text_add(&line, "}");
        }
        child_end(&child);
    }
    text_add(&line, "]");
    report_end(&line);
}
