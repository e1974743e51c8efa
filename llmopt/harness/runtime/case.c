#include "case.h"

#include "generate.h"
#include "heap.h"
#include "making.h"
#include "nudge.h"
#include "random.h"
#include "state.h"
#include "sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

STATE struct request request = {0};
STATE struct scene scene = {0};
STATE unsigned char *frames[CALLS] = {0};

void case_begin(void) {
    size_t size = (llmopt_driver.frame_size + 63) & ~(size_t)63;
    unsigned char *place = mmap((void *)0x590000000000, CALLS * size, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (place == MAP_FAILED || llmopt_driver.parameter_count > PARAMETERS) {
        fprintf(stderr, "there is no room for the arguments\n");
        exit(EXIT_RUNTIME);
    }
    for (unsigned i = 0; i < CALLS; i++)
        frames[i] = place + i * size;
}

static const struct llmopt_type *parameter_type(unsigned parameter) {
    return &llmopt_driver.types[llmopt_driver.parameters[parameter].type];
}

static bool is_buffer(unsigned parameter) {
    const struct llmopt_type *type = parameter_type(parameter);
    if (type->kind != LLMOPT_POINTER)
        return false;
    unsigned kind = llmopt_driver.types[type->element].kind;
    return kind != LLMOPT_FUNCTION && kind != LLMOPT_STREAM && kind != LLMOPT_OPAQUE;
}

/* What an array, or an array of arrays, is made of. */
static unsigned leaf(unsigned type) {
    while (llmopt_driver.types[type].kind == LLMOPT_ARRAY)
        type = llmopt_driver.types[type].element;
    return type;
}

static bool may_overlap(unsigned one, unsigned other) {
    const struct llmopt_type *a = parameter_type(one), *b = parameter_type(other);
    unsigned flags = llmopt_driver.parameters[one].flags | llmopt_driver.parameters[other].flags;
    return one != other && is_buffer(one) && is_buffer(other) &&
           leaf(a->element) == leaf(b->element) && !((a->flags | b->flags) & LLMOPT_RESTRICT) &&
           !(flags & LLMOPT_DISTINCT);
}

static void choose_overlap(uint64_t place) {
    unsigned count = (unsigned)llmopt_driver.parameter_count;
    scene.other = scene.same = NOBODY;
    if (count < 2 || !chance(place, 30))
        return;
    unsigned pairs = 0;
    for (unsigned other = 0; other < count; other++)
        for (unsigned same = 0; same < count; same++)
            if (may_overlap(other, same)) {
                pairs++;
                if (below(mixed(place, pairs), pairs)) /* any of them, alike often */
                    continue;
                scene.other = other;
                scene.same = same;
            }
    uint64_t value = mixed(place, 1000);
    scene.apart = chance(value, 20)             ? 0
                  : chance(mixed(value, 1), 30) ? (long)(value % 4)
                  : chance(mixed(value, 2), 70) ? (long)(value % 20)
                                                : (long)(value % 70);
}

static void choose_null(uint64_t place) {
    unsigned count = (unsigned)llmopt_driver.parameter_count;
    scene.null = NOBODY;
    if (!count || !chance(place, 8))
        return;
    unsigned parameter = (unsigned)below(mixed(place, 1), count);
    if (parameter_type(parameter)->kind == LLMOPT_POINTER &&
        !(llmopt_driver.parameters[parameter].flags & LLMOPT_NONNULL))
        scene.null = parameter;
}

static bool has_pointer(void) {
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
        if (parameter_type(i)->kind == LLMOPT_POINTER)
            return true;
    return false;
}

static void choose_failing(uint64_t place) {
    scene.failing = 0;
    if (chance(place, 8))
        scene.failing = 1 + (chance(mixed(place, 2), 60) ? 0 : (unsigned)below(mixed(place, 1), 8));
}

/* Most go on a little, some until a buffer of the usual sizes is full. */
static void choose_rounds(uint64_t place) {
    static const unsigned most[] = {3, 3, 12, 40, 80, 300};
    scene.rounds = scene.round = 0;
    if (chance(place, 6))
        scene.rounds = 1 + (unsigned)(mixed(place, 1) % most[below(mixed(place, 2), 6)]);
}

static bool has_buffer(void) {
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
        if (is_buffer(i))
            return true;
    return false;
}

#define HALF 32
#define QUARTER 16
#define OF_QUARTER ((uint64_t)0xffff)

uint64_t case_variation(uint64_t number, uint64_t variation) {
    unsigned at = number >> HALF ? HALF + QUARTER : HALF; /* the last of them is another one */
    return (number & ~(OF_QUARTER << at)) | (variation & OF_QUARTER) << at;
}

uint64_t case_varied(uint64_t place, uint64_t of) {
    for (unsigned i = 0; i < VARIATIONS; i++) {
        uint64_t other = mixed(place, scene.variations[i]);
        if (scene.variations[i] && !below(other, of))
            place = VARIED | other >> 16;
    }
    return place;
}

#define SWEEPS ((uint64_t)1 << (HALF - 1)) /* numbers from here on are those of sweeps */
#define GENERATOR 24                       /* where a number says which generator */

uint64_t case_of_sweep(uint64_t number) { return SWEEPS | number; }

uint64_t case_of_generator(uint64_t number, unsigned generator) {
    return (uint64_t)generator << GENERATOR | number;
}

static void sweep_scene(uint64_t number) {
    uint64_t place = mixed(request.seed, number);
    scene = (struct scene){.place = place, .calls = SWEEP_CALLS, .sweep = true};
    scene.enumerated = number % 2 == 0;
    scene.width = chance(mixed(place, 1), 40) ? 64 : 4 + (unsigned)below(mixed(place, 2), 60);
    scene.varied = chance(mixed(place, 3), 50);
    scene.null = scene.other = scene.same = NOBODY;
}

/* What a generator makes is not changed any more. */
static void leave_to_generator(void) {
    scene.calls = scene.burst ? 1 : scene.calls;
    scene.again = FRESH;
    scene.rounds = scene.failing = 0;
    scene.null = scene.other = scene.same = NOBODY;
    scene.burst = scene.giant = scene.many = scene.inner = scene.near = false;
}

void case_scene(uint64_t number) {
    if (number & SWEEPS) {
        sweep_scene(number);
        return;
    }
    scene.sweep = false;
    uint64_t own = number & (((uint64_t)1 << HALF) - 1);
    uint64_t place = mixed(request.seed, own), again = below(mixed(place, 1), 100);
    scene.place = place;
    for (unsigned i = 0; i < VARIATIONS; i++)
        scene.variations[i] = number >> (HALF + i * QUARTER) & OF_QUARTER;
    scene.calls = again < 55 ? 1 : again < 95 ? 2 : 3;
    /* Calls that need no memory cost next to nothing. */
    scene.burst = !has_pointer() && chance(mixed(place, 20), 60);
    if (scene.burst)
        scene.calls = 8u << below(mixed(place, 21), 10);
    scene.again = scene.burst || again < 75 || again >= 95 ? FRESH
                  : again < 83                             ? UNCHANGED
                  : again < 90                             ? OTHER_SCALARS
                                                           : REFILLED;
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
        if (scene.again == OTHER_SCALARS && (llmopt_driver.parameters[i].flags & LLMOPT_MEASURED))
            scene.again = FRESH; /* another length would be another buffer */
    scene.lengths = chance(mixed(place, 2), has_buffer() ? 75 : 35);
    scene.constant = chance(mixed(place, 3), 60);
    scene.varied = chance(mixed(place, 4), 50);
    scene.behind = chance(mixed(place, 5), 25);
    scene.noise = chance(mixed(place, 6), 20);
    scene.sorted = chance(mixed(place, 7), 25);
    scene.giant = chance(mixed(place, 10), 8);
    scene.many = scene.giant && chance(mixed(place, 43), 20);
    scene.saturated = chance(mixed(place, 15), scene.giant ? 40 : 12);
    scene.separate = chance(mixed(place, 46), 75);
    scene.halves = chance(mixed(place, 49), 35);
    scene.powers = scene.halves || chance(mixed(place, 47), 50);
    scene.deep = chance(mixed(place, 11), 3);
    scene.alike = chance(mixed(place, 12), 20);
    scene.unit = chance(mixed(place, 41), 5) ? 2 + below(mixed(place, 42), 15) : 0;
    scene.order = chance(mixed(place, 44), 50) ? 0 : (unsigned)below(mixed(place, 45), SLOTS);
    scene.whole = chance(mixed(place, 18), 40);
    scene.broken = chance(mixed(place, 19), 20);
    scene.meddling = chance(mixed(place, 24), 12);
    scene.near = chance(mixed(place, 23), 25);
    scene.inner = chance(mixed(place, 13), 30);
    scene.error = chance(mixed(place, 14), 50) ? 0 : EOPNOTSUPP;
    scene.letter = 0;
    choose_rounds(mixed(place, 17));
    if (scene.burst)
        scene.rounds = 0;
    choose_failing(mixed(place, 16));
    choose_null(mixed(place, 8));
    choose_overlap(mixed(place, 9));
    scene.generator = number >> GENERATOR & GENERATORS;
    if (scene.generator)
        leave_to_generator();
}

unsigned case_kind(void) {
    return scene.burst             ? 8
           : scene.many            ? 9
           : scene.giant           ? 6
           : scene.failing         ? 7
           : scene.null != NOBODY  ? 1
           : !scene.lengths        ? 2
           : scene.other != NOBODY ? 3
           : scene.calls > 1       ? 4
           : scene.noise           ? 5
                                   : 0;
}

/* Scalars first: a contract may say how long the buffers are by them. */
static void make(unsigned call, bool scalars_only) {
    for (int pointers = 0; pointers <= !scalars_only; pointers++)
        for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
            if (pointers == (parameter_type(i)->kind == LLMOPT_POINTER) && i != scene.other)
                generate_parameter(call, i);
    if (!scalars_only && scene.other != NOBODY)
        generate_overlapping(call);
}

/* Each call of a burst has a kind of values of its own: a try of the case begins like any other. */
static void choose_kind(unsigned call) {
    uint64_t place = mixed(scene.place, 3000 + call);
    if (!scene.burst)
        return;
    scene.lengths = chance(mixed(place, 1), 50);
    scene.alike = chance(mixed(place, 2), 20);
    scene.unit = chance(mixed(place, 4), 10) ? 1 + below(mixed(place, 5), 1000) : 0;
}

void case_arguments(void) {
    scene.round = 0;
    choose_kind(0);
    heap.failing = scene.failing;
    arena.order = scene.order;
    generate_begin();
    for (unsigned call = 0; call < (scene.sweep ? 1 : scene.calls); call++)
        memset(frames[call], 0, llmopt_driver.frame_size);
    if (scene.varied)
        generate_globals(0);
    if (scene.sweep) {
        generate_rest();
        return;
    }
    nudge_globals(0);
    make(0, false);
    generate_rest();
    generate_inner(0);
    generate_near(0);
}

static uint64_t draws STATE = 0;

void case_generate(unsigned call) {
    draws = (uint64_t)call << HALF;
    if (scene.generator)
        llmopt_driver.generate(scene.generator - 1, frames[call]);
}

long long llmopt_draw(long long low, long long high) {
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    uint64_t value = case_varied(mixed(mixed(scene.place, 4000), draws++), 4);
    return (long long)((uint64_t)low + (span ? below(value, span) : mixed(value, 1)));
}

void case_next_round(void) {
    scene.round++;
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
        if (llmopt_driver.parameters[i].flags & LLMOPT_MEASURED)
            return; /* another length would be another buffer */
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
        if (is_plain(llmopt_driver.parameters[i].type))
            generate_parameter(0, i);
}

/* Now and then a burst has another state to go on from. */
static void vary_globals(unsigned call) {
    uint64_t place = mixed(scene.place, 3000 + call);
    if (scene.burst && scene.varied && !arena.count && chance(mixed(place, 3), 30))
        generate_globals(call);
}

void case_next_arguments(unsigned call) {
    scene.round = 0;
    choose_kind(call);
    vary_globals(call);
    nudge_globals(call);
    if (scene.again == FRESH) {
        make(call, false);
        generate_rest();
        generate_inner(call);
        generate_near(call);
        return;
    }
    memcpy(frames[call], frames[call - 1], llmopt_driver.frame_size);
    memset(frames[call] + llmopt_driver.result_offset, 0,
           llmopt_driver.types[llmopt_driver.result].size);
    if (scene.again == OTHER_SCALARS)
        make(call, true);
    else if (scene.again == REFILLED)
        generate_again();
}
