#define _GNU_SOURCE
#include "judge.h"
#include "allocator.h"
#include "child.h"
#include "compare.h"
#include "explain.h"
#include "kernel.h"
#include "report.h"
#include "stop.h"
#include "work.h"

#include <string.h>
#include <sys/syscall.h>

#define SCRUB_BYTES UINT64_C(16384)
/* For a second opinion. */
#define SCRUB_DEEP UINT64_C(524288)
/* How deep the stack of the main thread may surely be scrubbed. */
#define STACK_BYTES UINT64_C(1048576)
/* The candidate may take so many times as long as the original, and this on top. */
#define PATIENCE_FACTOR 20
#define SHRINK 8
#define GROWTH 4
#define ATTEMPTS 6
/* How long a kept snapshot looks for the first call that differs. */
#define KEPT_NARROWING_NS UINT64_C(200000000)

struct pair {
    struct child old, new;
};

static void say_not_applicable(const char *reason, uint64_t detail, uint64_t calls) {
    struct text line = report_begin("not-applicable");
    field_text(&line, "reason", reason);
    field_number(&line, "detail", detail);
    field_number(&line, "call", WORK->call);
    field_number(&line, "calls", calls);
    report_end(&line);
}

static void end_pair(struct pair *pair) {
    child_end(&pair->old);
    child_end(&pair->new);
}

static int is_usable(const struct child *child) { return child->ending == ENDED_STOPPED; }

static int stopped_inside(const struct child *child) {
    return is_usable(child) && child->run.outer != NULL;
}

static uint64_t patience_for(const struct child *old) {
    return old->took * PATIENCE_FACTOR + STATE->settings.patience_ns;
}

/* Both at once: there may be a processor for each. */
static void run_pair(struct pair *pair, const struct plan *plan) {
    struct plan candidate = *plan;
    candidate.candidate = 1;
    WORK->fresh_byte = plan->fresh_byte;
    child_start(&pair->old, plan);
    child_start(&pair->new, &candidate);
    child_wait(&pair->old, STATE->settings.timeout_ns);
    if (is_usable(&pair->old))
        child_wait(&pair->new, patience_for(&pair->old));
}

/* Why nothing can be said where the original ended; NULL where something can. */
static const char *unusable(const struct child *old, uint64_t *detail) {
    *detail = 0;
    if (old->ending == ENDED_LATE)
        return "the original did not end in time";
    if (old->ending == ENDED_CRASHED) {
        *detail = (uint64_t)old->signal;
        return "the original crashed";
    }
    if (old->ending == ENDED_UNSTARTED)
        return "the original could not be run again";
    *detail = (uint64_t)old->run.stop.number;
    if (old->run.stop.number == STOP_AT_FAULT)
        return "the original misuses the heap";
    if (old->run.outer)
        return "the call makes a system call that is not emulated";
    return NULL;
}

/* Whether the candidate ended otherwise, or left something else behind. */
static int is_otherwise(const struct pair *pair) {
    WORK->difference_count = 0;
    if (pair->new.ending == ENDED_CRASHED || pair->new.ending == ENDED_LATE)
        return 1;
    return compare_runs(&pair->old, &pair->new) != 0;
}

/* Whether a run of the original ends as another did. */
static int is_repeatable(const struct child *old, const struct plan *plan) {
    struct child again;
    child_start(&again, plan);
    child_wait(&again, STATE->settings.timeout_ns);
    int same = is_usable(&again) && compare_runs(old, &again) == 0;
    child_end(&again);
    return same;
}

static uint64_t trace_of(const struct child *child) {
    uint64_t trace = 0;
    child_read(child, (uint64_t)&HEAP->trace, &trace, sizeof trace);
    return trace;
}

/* A candidate that allocates otherwise gets other addresses. Does the program depend on them? */
static int depends_on_addresses(const struct pair *pair, const struct plan *plan) {
    if (!is_usable(&pair->new) || trace_of(&pair->old) == trace_of(&pair->new))
        return 0;
    struct plan shifted = *plan;
    shifted.shifted = 1;
    return !is_repeatable(&pair->old, &shifted);
}

enum narrowed { NARROWED_NOT, NARROWED_SOMEWHAT, NARROWED_TO_CALL };

/* The first calls that already differ: at most all. Ends with the runs of those, to be looked at.
 * Who waits for a filter does not wait for the very call. */
static enum narrowed narrow(struct pair *pair, struct plan *plan, uint64_t calls) {
    uint64_t until = STATE->kept ? kernel_now() + KEPT_NARROWING_NS : UINT64_MAX;
    plan->stop_at_leave = 1;
    uint64_t same = 0, otherwise = calls;
    plan->limit = calls;
    run_pair(pair, plan);
    if (!is_usable(&pair->old) || !is_otherwise(pair))
        return NARROWED_NOT;
    while (same + 1 < otherwise && kernel_now() < until) {
        plan->limit = same + (otherwise - same) / 2;
        end_pair(pair);
        run_pair(pair, plan);
        if (is_usable(&pair->old) && is_otherwise(pair))
            otherwise = plan->limit;
        else
            same = plan->limit;
    }
    if (plan->limit != otherwise) {
        plan->limit = otherwise;
        end_pair(pair);
        run_pair(pair, plan);
    }
    if (!is_usable(&pair->old) || !is_otherwise(pair))
        return NARROWED_NOT;
    return same + 1 < otherwise ? NARROWED_SOMEWHAT : NARROWED_TO_CALL;
}

/* Whether all that differs stands on the stack: there a function may have left what nobody reads,
 * further down than was cleared. */
static int is_on_stack_only(const struct pair *pair) {
    if (!is_usable(&pair->new) || WORK->difference_count > DIFFERENCES_SHOWN)
        return 0;
    const struct map *stack = maps_find(&WORK->old_maps, pair->old.run.stop.stack);
    for (uint64_t i = 0; i < WORK->difference_count; i++) {
        const struct difference *difference = &WORK->differences[i];
        if (!stack || difference->kind != DIFFERS_MEMORY || difference->address < stack->start ||
            difference->address >= stack->end)
            return 0;
    }
    return WORK->difference_count > 0;
}

/* Runs both again with more of the stack cleared; whether they still differ. */
static int is_otherwise_when_cleared(struct pair *pair, struct plan *plan) {
    plan->scrub_bytes = SCRUB_DEEP;
    end_pair(pair);
    run_pair(pair, plan);
    return is_usable(&pair->old) && pair->new.ending != ENDED_UNSTARTED &&is_otherwise(pair);
}

static void explain_first(struct pair *pair, struct plan *plan) {
    struct pair narrowed;
    if (pair->new.ending == ENDED_LATE) {
        explain(&pair->new, &pair->new, 1);
        return;
    }
    enum narrowed how = NARROWED_NOT;
    if (WORK->purpose != PURPOSE_SINGLE)
        how = narrow(&narrowed, plan, pair->old.run.calls);
    if (how != NARROWED_NOT) {
        explain(&narrowed.old, &narrowed.new, how == NARROWED_TO_CALL);
    } else {
        is_otherwise(pair);
        explain(&pair->old, &pair->new, WORK->purpose == PURPOSE_SINGLE);
    }
    if (WORK->purpose != PURPOSE_SINGLE)
        end_pair(&narrowed);
}

/* A difference is one only if the original does not differ from itself. */
static enum said confirm(struct pair *pair, struct plan *plan) {
    if (is_on_stack_only(pair) && !is_otherwise_when_cleared(pair, plan))
        return is_usable(&pair->old) && is_usable(&pair->new) ? SAID_SAME : SAID_NOTHING;
    if (!is_repeatable(&pair->old, plan)) {
        say_not_applicable("the original differs from itself", 0, pair->old.run.entries);
        return SAID_NOTHING;
    }
    if (depends_on_addresses(pair, plan)) {
        say_not_applicable("the program depends on the addresses of its blocks", 0,
                           pair->old.run.entries);
        return SAID_NOTHING;
    }
    explain_first(pair, plan);
    return SAID_OTHERWISE;
}

static enum said conclude(struct pair *pair, struct plan *plan) {
    if (pair->new.ending == ENDED_UNSTARTED) {
        say_not_applicable("the candidate could not be run", 0, pair->old.run.entries);
        return SAID_NOTHING;
    }
    return is_otherwise(pair) ? confirm(pair, plan) : SAID_SAME;
}

/* A call after which the original cannot go on ends the stretch before it. */
static int shorten(const struct child *old, struct plan *plan) {
    if (stopped_inside(old) && old->run.calls > 1) {
        plan->limit = old->run.calls - 1;
        return 1;
    }
    if (old->ending == ENDED_LATE && plan->limit > 1) {
        plan->limit = plan->limit / SHRINK + 1;
        return 1;
    }
    return 0;
}

void find_stack_floor(void) {
    uint64_t here = (uint64_t)__builtin_frame_address(0);
    STATE->stack_floor = here - STACK_BYTES;
    if (maps_read(&WORK->old_maps, (pid_t)KERNEL0(SYS_getpid)))
        return;
    const struct map *map = maps_find(&WORK->old_maps, here);
    if (map && strcmp(map->name, "[stack]") != 0)
        STATE->stack_floor = map->start + PAGE_BYTES;
}

static uint64_t next_limit(const struct child *old, const struct plan *plan) {
    uint64_t wanted = STATE->settings.stretch_ns;
    if (old->took > 2 * wanted)
        return plan->limit / 2 + 1;
    if (old->run.stop.number != STOP_AT_LIMIT || old->took >= wanted)
        return plan->limit;
    return plan->limit * (old->took < wanted / GROWTH ? GROWTH : 2);
}

/* Where only what the original never wrote differs, it has to be so whatever stood there before. */
static enum said conclude_twice(struct pair *pair, struct plan *plan) {
    enum said said = conclude(pair, plan);
    if (said != SAID_SAME || !WORK->unwritten)
        return said;
    end_pair(pair);
    plan->fresh_byte = OTHER_FRESH_BYTE;
    run_pair(pair, plan);
    if (!is_usable(&pair->old))
        return SAID_NOTHING;
    return conclude(pair, plan);
}

static struct answer judge(struct plan *plan) {
    plan->scrub_bytes = SCRUB_BYTES;
    plan->fresh_byte = FRESH_BYTE;
    find_stack_floor();
    struct pair pair;
    const char *reason = NULL;
    uint64_t detail = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        run_pair(&pair, plan);
        reason = unusable(&pair.old, &detail);
        if (!reason || !shorten(&pair.old, plan))
            break;
        end_pair(&pair);
    }
    struct answer answer = {SAID_NOTHING, 1, plan->limit};
    if (reason) {
        say_not_applicable(reason, detail, 1);
    } else {
        answer.done = pair.old.run.entries;
        answer.next_limit = next_limit(&pair.old, plan);
        answer.said = conclude_twice(&pair, plan);
    }
    end_pair(&pair);
    return answer;
}

struct answer judge_stretch(uint64_t limit) {
    struct plan plan = {.limit = limit};
    return judge(&plan);
}

struct answer judge_single(void) {
    struct plan plan = {.limit = 1, .stop_at_leave = 1};
    return judge(&plan);
}
