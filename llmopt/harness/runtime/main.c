/* The program that runs the cases of one function. It runs none itself: each has a process of its
 * own, and what that leaves behind is written out before the next begins.
 *
 * usage: program REQUEST < nothing > RECORDS
 *
 * Records are numbers of eight bytes: a letter, then what the functions that write them say. */
#define _GNU_SOURCE
#include "arena.h"
#include "case.h"
#include "driver.h"
#include "extent.h"
#include "guard.h"
#include "heap.h"
#include "nudge.h"
#include "observe.h"
#include "random.h"
#include "reach.h"
#include "state.h"
#include "stream.h"
#include "sweep.h"
#include "trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <unistd.h>

/* The most that is kept of one case, in bytes. */
#define ROOM ((size_t)8 << 20)
#define PRINTED ((size_t)1 << 20)

/* Bytes of a state that are written out. */
#define LARGEST ((size_t)1 << 16)

/* The part of the time that each kind of large cases may take. */
#define LARGE_SHARE 4

/* Cases around which others are looked for. */
#define RARE 24
/* More cases of each kind that was found so. */
#define BESIDE 4

/* How many cases there are for each sweep, where one can be made. */
#define CASES_OF_SWEEP 60

struct shared {
    struct ending ending;
    uint64_t state, heap; /* bytes of the two parts of the observation */
    uint64_t full, done, calls, slots;
    uint64_t sizes[2 * SLOTS];
    struct nudges nudges;
    struct slot where; /* the buffer that a fault was next to */
    uint64_t where_number, near;
    unsigned char edges[EDGES]; /* that a planned case ran over */
    unsigned char bytes[];
};

static struct shared *shared STATE = 0;
static FILE *records STATE = 0;
static int captured[2] STATE = {0};
static char printed[PRINTED] STATE = {0};

static const unsigned char fills[] = {0xa5, 0x5a};

/* Of the processor, by the cases and what starts them: on a busy machine there are as many cases
 * as on an idle one. In microseconds. */
static uint64_t used_time(void) {
    uint64_t sum = 0;
    for (int who = RUSAGE_CHILDREN; who <= RUSAGE_SELF; who++) {
        struct rusage used;
        getrusage(who, &used);
        sum += (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000;
        sum += (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    }
    return sum;
}

static void put(uint64_t number) { fwrite(&number, sizeof number, 1, records); }

static void put_bytes(const void *bytes, size_t size) {
    static const char zeros[8] = {0};
    put(size);
    fwrite(bytes, 1, size, records);
    fwrite(zeros, 1, (8 - size % 8) % 8, records);
}

/* --- in the process of a case ------------------------------------------------------------ */

static void tell(struct ending ending) {
    struct slot *slot = arena_find(ending.address);
    shared->ending = ending;
    if (slot) {
        shared->near = 1;
        shared->where = *slot;
        shared->where_number = (uint64_t)(slot - arena.slots);
    }
    shared->done = 1;
}

static void prepare(unsigned char fill) {
    arena.fill = fill;
    heap_reset();
    arena_reset();
    stream_reset();
    trace_reset();
    case_arguments();
}

static void plan_case(void) {
    uint64_t budget = scene.sweep   ? 8 * request.case_budget
                      : scene.many  ? 4 * request.case_budget
                      : scene.giant ? request.case_budget
                                    : request.case_budget / 4;
    guard_limit(budget);
    shared->ending.outcome = extent_find(fills[0], budget);
    for (unsigned i = 0; i < arena.count; i++) {
        shared->sizes[2 * i] = arena.slots[i].path;
        shared->sizes[2 * i + 1] = arena.slots[i].size;
    }
    shared->slots = arena.count;
    shared->calls = scene.calls;
    shared->nudges = nudges;
    shared->done = 1;
}

static void know_extents(const struct planned *planned) {
    scene.calls = (unsigned)planned->calls;
    if (scene.calls > CALLS && !scene.sweep)
        exit(EXIT_RUNTIME);
    nudges.count = (unsigned)planned->nudge_count;
    memcpy(nudges.nudge, planned->nudges, nudges.count * sizeof *nudges.nudge);
    for (uint64_t i = 0; i < planned->slots && i < SLOTS; i++) {
        struct slot *slot = arena_slot(planned->sizes[2 * i]);
        slot->size = planned->sizes[2 * i + 1];
        slot->measured = true;
    }
}

static struct sink sink STATE = {0};

static void show_call(unsigned call) {
    describe_arguments(&sink, call);
    shared->state = (uint64_t)(sink.at - shared->bytes);
}

static void run_case(unsigned char fill, bool lines) {
    sink = (struct sink){shared->bytes, shared->bytes + ROOM, lines, false, "", 0};
    prepare(fill);
    struct ending ending = guard_run(tell, lines ? show_call : 0);
    if (lines && scene.sweep) /* the last one alone is still there */
        show_call(0);
    observe_before_flush();
    fflush(0);
    trace_observe(&sink);
    observe_state(&sink, scene.sweep ? 1 : scene.calls);
    shared->state = (uint64_t)(sink.at - shared->bytes);
    observe_heap(&sink);
    shared->heap = (uint64_t)(sink.at - shared->bytes) - shared->state;
    shared->full = sink.full;
    tell(ending);
}

/* --- in the process that starts them ----------------------------------------------------- */

static int in_child(void (*work)(const void *), const void *argument) {
    int status = 0;
    memset(shared, 0, sizeof *shared);
    fflush(records);
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        exit(EXIT_RUNTIME);
    }
    if (!child) {
        dup2(captured[0], STDOUT_FILENO);
        dup2(captured[1], STDERR_FILENO);
        close(captured[0]);
        close(captured[1]);
        close(fileno(records));
        guard_limit(request.case_budget);
        work(argument);
        _exit(0);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void plan_work(const void *argument) {
    (void)argument;
    plan_case();
}

struct run {
    const struct planned *planned;
    unsigned char fill;
    bool lines;
};

static void run_work(const void *argument) {
    const struct run *run = argument;
    know_extents(run->planned);
    run_case(run->fill, run->lines);
}

/* What a case printed; gone for the next one. */
static size_t take_printed(int descriptor) {
    ssize_t size = pread(descriptor, printed, sizeof printed, 0);
    if (size > 0 && (ftruncate(descriptor, 0) || lseek(descriptor, 0, SEEK_SET)))
        exit(EXIT_RUNTIME);
    return size < 0 ? 0 : (size_t)size;
}

static void put_printed(int descriptor) {
    size_t size = take_printed(descriptor);
    put_bytes(printed, size);
}

struct plan {
    uint64_t made, left_out, dropped[8];
    uint64_t tried_of[KINDS], made_of[KINDS], time_of[KINDS];
    uint64_t rare[RARE], rare_count; /* the latest that reached something new */
};

/* Whether the original takes a case. */
static bool takes(struct plan *plan, uint64_t number) {
    case_scene(number);
    int status = in_child(plan_work, 0);
    take_printed(captured[0]);
    take_printed(captured[1]);
    if (!status && shared->done && shared->ending.outcome == RETURNED)
        return true;
    plan->dropped[shared->done && !status ? shared->ending.outcome : NOTHING]++;
    return false;
}

/* 'P': number, calls, slots, (path, size) for each, nudges, (call, which, delta, step) for each. */
static void keep(struct plan *plan, uint64_t number, bool new) {
    plan->made++;
    if (new)
        plan->rare[plan->rare_count++ % RARE] = number;
    put('P');
    put(number);
    put(shared->calls);
    put(shared->slots);
    for (uint64_t i = 0; i < 2 * shared->slots; i++)
        put(shared->sizes[i]);
    put(shared->nudges.count);
    for (unsigned i = 0; i < shared->nudges.count; i++) {
        put(shared->nudges.nudge[i].call);
        put(shared->nudges.nudge[i].which);
        put(shared->nudges.nudge[i].delta);
        put(shared->nudges.nudge[i].step);
    }
}

/* Cases like those that reached what few others do: those that reach more are kept. */
static void look_around(struct plan *plan) {
    uint64_t most = request.cases / 2;
    for (uint64_t tries = 1, idle = 0; idle < most && plan->rare_count; tries++, idle++) {
        /* The later one reached something new, the fewer do. */
        uint64_t known = plan->rare_count < RARE ? plan->rare_count : RARE;
        uint64_t back = 1 + below(tries, tries & 1 ? (known + 3) / 4 : known);
        uint64_t number = case_variation(plan->rare[(plan->rare_count - back) % RARE], tries);
        if (used_time() > request.budget)
            return;
        if (takes(plan, number) && reach_is_new(shared->edges)) {
            keep(plan, number, true);
            idle = 0;
            for (uint64_t more = 1; more <= BESIDE; more++) {
                uint64_t beside = case_variation(number, tries + more * 4099);
                if (takes(plan, beside))
                    keep(plan, beside, reach_is_new(shared->edges));
            }
        }
    }
}

/* Kinds that go wrong, or that are large and have had their time: others say more. */
static bool leaves_out(const struct plan *plan, unsigned kind, uint64_t number) {
    bool wrong = plan->tried_of[kind] >= 12 && plan->made_of[kind] * 10 < plan->tried_of[kind];
    return (wrong && number % 16) ||
           (scene.giant && plan->time_of[kind] > request.budget / LARGE_SHARE);
}

/* Beside the time for the cases. */
static void plan_sweeps(struct plan *plan) {
    if (!sweep_is_possible())
        return;
    for (uint64_t number = 0; number < request.cases / CASES_OF_SWEEP; number++)
        if (takes(plan, case_of_sweep(number)))
            keep(plan, case_of_sweep(number), false);
}

/* Each of the contract's generators gets as many tries and as much time. */
static void plan_generated(struct plan *plan, uint64_t cases, uint64_t budget) {
    uint64_t count = llmopt_driver.generator_count, most = count ? cases / count : 0;
    for (unsigned generator = 1; generator <= count; generator++) {
        uint64_t until = used_time() + budget / count, made = plan->made;
        for (uint64_t number = 0; plan->made - made < most && number < 4 * most; number++) {
            uint64_t own = case_of_generator(number, generator);
            if (used_time() > until)
                break;
            if (takes(plan, own))
                keep(plan, own, reach_is_new(shared->edges));
        }
    }
}

static void plan_made_up(struct plan *plan) {
    for (uint64_t number = 0; plan->made < request.cases && number < 40 * request.cases; number++) {
        if (used_time() > request.budget)
            break;
        case_scene(number);
        unsigned kind = case_kind();
        if (leaves_out(plan, kind, number)) {
            plan->left_out++;
            continue;
        }
        uint64_t before = used_time();
        plan->tried_of[kind]++;
        if (takes(plan, number)) {
            plan->made_of[kind]++;
            keep(plan, number, reach_is_new(shared->edges));
        }
        plan->time_of[kind] += used_time() - before;
    }
}

static void plan(void) {
    static struct plan plan STATE = {0};
    reach_note(shared->edges);
    if (request.mode == MODE_PLAN_GENERATED) {
        plan_generated(&plan, request.cases, request.budget);
    } else {
        plan_generated(&plan, request.cases / 4, request.budget / 3);
        plan_made_up(&plan);
        look_around(&plan);
        plan_sweeps(&plan);
    }
    put('D');
    put(plan.left_out);
    for (unsigned i = 0; i < 8; i++)
        put(plan.dropped[i]);
}

/* The state is compared as a whole: of a large one its size and two digests tell enough. */
static void put_state(const unsigned char *bytes, size_t size, bool lines) {
    uint64_t told[3] = {size, 0, 1};
    if (size <= LARGEST || lines) {
        put_bytes(bytes, size);
        return;
    }
    for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t word;
        memcpy(&word, bytes + i, sizeof word);
        told[1] = mixed(told[1], word);
        told[2] = mixed(told[2] ^ word, 1);
    }
    for (size_t i = size & ~(size_t)7; i < size; i++)
        told[1] = mixed(told[1], bytes[i]);
    put_bytes(told, sizeof told);
}

/* 'R': number, fill, status of the process, outcome, signal, errno, where it faulted (whether at
 * all, buffer, offset), whether it was too much to keep, output, error output, observation of the
 * state, of the heap. Returns whether the case came to an end by itself: a
 * sanitizer's or a signal's, too. */
static bool run(const struct run *what) {
    case_scene(what->planned->number);
    int status = in_child(run_work, what);
    bool done = shared->done;
    put('R');
    put(what->planned->number);
    put(what->fill);
    put((uint64_t)(int64_t)status);
    put(done ? shared->ending.outcome : NOTHING);
    put((uint64_t)shared->ending.signal);
    put((uint64_t)shared->ending.error);
    put(shared->near);
    put(shared->where_number);
    put((uint64_t)((const unsigned char *)shared->ending.address - shared->where.begin));
    put(shared->full);
    put_printed(captured[0]);
    put_printed(captured[1]);
    put_state(shared->bytes, shared->state, what->lines);
    put_bytes(shared->bytes + shared->state, shared->heap);
    return !done || shared->ending.outcome != TOO_LONG;
}

static void run_all(void) {
    bool lines = request.mode == MODE_SHOW;
    for (size_t i = 0; i < request.planned_count; i++)
        for (uint64_t fill = 0; fill < request.fills; fill++) {
            struct run what = {&request.planned[i], fills[fill], lines};
            if (!run(&what) && fill == 0 && request.fills == 1)
                return; /* the others would take as long, and this one says enough */
        }
}

static bool plans(void) { return request.mode == MODE_PLAN || request.mode == MODE_PLAN_GENERATED; }

static void begin(const char *path) {
    heap_begin();
    request_read(&request, path);
    int descriptor = dup(STDOUT_FILENO);
    records = fdopen(descriptor, "wb");
    captured[0] = memfd_create("output", MFD_CLOEXEC);
    captured[1] = memfd_create("errors", MFD_CLOEXEC);
    shared = mmap(0, sizeof *shared + ROOM, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!records || captured[0] < 0 || captured[1] < 0 || shared == MAP_FAILED) {
        perror("the cases cannot be run");
        exit(EXIT_RUNTIME);
    }
    static char buffer[BUFSIZ];
    setvbuf(stdout, buffer, _IOFBF, BUFSIZ);
    setvbuf(stderr, 0, _IONBF, 0);
    llmopt_driver_begin();
    arena_begin();
    case_begin();
    guard_begin();
    if (plans())
        state_remember(); /* sanitizers forbid to read what lies between variables */
}

int main(int count, char **arguments) {
    if (count != 2)
        return EXIT_RUNTIME;
    begin(arguments[1]);
    if (plans())
        plan();
    else
        run_all();
    put('E');
    return fclose(records) ? EXIT_RUNTIME : 0;
}
