#include "nudge.h"

#include "case.h"
#include "driver.h"
#include "random.h"
#include "state.h"
#include "values.h"

#include <string.h>

#define PLACES 32

/* A comparison in the code, and the difference of its sides when it was last made; or a division,
 * what was last divided, and by what. */
struct place {
    const void *code;
    uint64_t delta;
    int64_t dividend, divisor; /* 0 of a comparison */
};

STATE struct nudges nudges = {0};
STATE static struct place places[PLACES] = {0};
STATE static unsigned place_count = 0;
STATE static bool watching = false;
STATE static unsigned watched = 0;            /* the call */
STATE static struct nudge found[CALLS] = {0}; /* one for each call, or none */
STATE static bool is_found[CALLS] = {0};
STATE static uint64_t stepped_from = 0;

static void note(struct place place) {
    if (!watching)
        return;
    unsigned at = 0;
    while (at < place_count && places[at].code != place.code)
        at++;
    if (at == PLACES)
        return;
    place_count += at == place_count;
    places[at] = place;
}

static void see(const void *code, uint64_t one, uint64_t other) {
    note((struct place){code, other - one, 0, 0});
}

/* What the planning program's own text calls. */
void llmopt_divided(long long dividend, long long divisor);
void llmopt_divided(long long dividend, long long divisor) {
    if (divisor > 1 || divisor < -1)
        note((struct place){__builtin_return_address(0), 0, dividend, divisor});
}

/* What compilers call. */
#define HOOK(bits, type)                                                                           \
    void __sanitizer_cov_trace_cmp##bits(type one, type other);                                    \
    void __sanitizer_cov_trace_cmp##bits(type one, type other) {                                   \
        see(__builtin_return_address(0), (uint64_t)(int64_t)one, (uint64_t)(int64_t)other);        \
    }                                                                                              \
    void __sanitizer_cov_trace_const_cmp##bits(type one, type other);                              \
    void __sanitizer_cov_trace_const_cmp##bits(type one, type other) {                             \
        see(__builtin_return_address(0), (uint64_t)(int64_t)one, (uint64_t)(int64_t)other);        \
    }

HOOK(1, int8_t)
HOOK(2, int16_t)
HOOK(4, int32_t)
HOOK(8, int64_t)

void __sanitizer_cov_trace_cmpf(float one, float other);
void __sanitizer_cov_trace_cmpf(float one, float other) { (void)one, (void)other; }
void __sanitizer_cov_trace_cmpd(double one, double other);
void __sanitizer_cov_trace_cmpd(double one, double other) { (void)one, (void)other; }

/* `cases`: how many, their bits, and each of them. */
void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases);
void __sanitizer_cov_trace_switch(uint64_t value, const uint64_t *cases) {
    if (watching && cases[0])
        see(__builtin_return_address(0), value,
            cases[2 + below(mixed(scene.place, watched), cases[0])]);
}

/* --- what may be moved ------------------------------------------------------------------- */

static bool is_number(unsigned type) {
    const struct llmopt_type *known = &llmopt_driver.types[type];
    return known->kind == LLMOPT_INTEGER && !known->values && known->size <= sizeof(uint64_t);
}

static bool may_move(uint64_t which) {
    if (which < llmopt_driver.parameter_count)
        return is_number(llmopt_driver.parameters[which].type);
    const struct llmopt_global *global =
        &llmopt_driver.globals[which - llmopt_driver.parameter_count];
    return scene.varied && (global->flags & LLMOPT_VARIED) && is_number(global->type);
}

/* One of those that may be moved, all alike often. */
static bool choose_target(uint64_t place, uint64_t *which) {
    uint64_t all = llmopt_driver.parameter_count + llmopt_driver.global_count, fit = 0;
    for (uint64_t i = 0; i < all; i++)
        if (may_move(i) && !below(mixed(place, 10 + i), ++fit))
            *which = i;
    return fit;
}

/* --- choice ------------------------------------------------------------------------------ */

void nudge_watch(unsigned call) {
    if (call == 0)
        memset(is_found, 0, sizeof is_found);
    watched = call;
    place_count = 0;
    watching = true;
}

static unsigned bits_of(uint64_t which) {
    uint64_t count = llmopt_driver.parameter_count;
    unsigned type = which < count ? llmopt_driver.parameters[which].type
                                  : llmopt_driver.globals[which - count].type;
    return 8 * (unsigned)llmopt_driver.types[type].size;
}

/* A multiple that such a number can be, small ones as often as large ones. */
static uint64_t multiple_of(uint64_t step, uint64_t random, unsigned bits) {
    uint64_t size = (int64_t)step < 0 ? 0 - step : step;
    uint64_t most = (~(uint64_t)0 >> (65 - bits)) / size;
    uint64_t times = below(mixed(random, 1), most + 1) >> below(mixed(random, 2), 8);
    return (chance(mixed(random, 3), 50) ? 0 - times : times) * size;
}

/* The multiple of its divisor that a dividend is next to, or any other one. */
static uint64_t to_multiple(uint64_t random, const struct place *place, unsigned bits) {
    uint64_t divisor = (uint64_t)place->divisor, dividend = (uint64_t)place->dividend;
    uint64_t times = (uint64_t)(place->dividend / place->divisor) + below(mixed(random, 4), 3) - 1;
    return (chance(mixed(random, 5), 50) ? multiple_of(divisor, random, bits) : times * divisor) -
           dividend;
}

void nudge_look_away(void) {
    if (!watching)
        return;
    watching = false;
    uint64_t place = mixed(scene.place, 4000 + watched);
    uint64_t which = 0;
    if (!place_count || !choose_target(place, &which))
        return;
    const struct place *seen = &places[below(mixed(place, 1), place_count)];
    uint64_t delta =
        seen->divisor ? to_multiple(mixed(place, 4), seen, bits_of(which)) : seen->delta;
    if (!seen->divisor && chance(mixed(place, 2), 40)) /* it may stand on the other side */
        delta = 0 - delta;
    uint64_t beside = below(mixed(place, 3), delta ? 4 : 2);
    delta += beside == 0 ? 1 : beside == 1 ? ~(uint64_t)0 : 0;
    found[watched] = (struct nudge){watched, which, delta, (uint64_t)seen->divisor};
    is_found[watched] = true;
}

/* The first of a burst that the calls behind it can go on from. */
static bool choose_step(void) {
    for (unsigned call = 0; call < scene.calls; call++)
        if (is_found[call] && found[call].step && found[call].which < llmopt_driver.parameter_count)
            return nudges.nudge[nudges.count++] = found[call], true;
    return false;
}

bool nudge_choose(void) {
    nudges.count = 0;
    if (scene.burst && chance(mixed(scene.place, 29), 30) && choose_step())
        return true;
    for (unsigned call = 0; call < scene.calls && nudges.count < NUDGES; call++)
        if (is_found[call] && chance(mixed(scene.place, 5000 + call), scene.burst ? 50 : 80)) {
            found[call].step = 0;
            nudges.nudge[nudges.count++] = found[call];
        }
    return nudges.count;
}

/* --- application ------------------------------------------------------------------------- */

static void add(unsigned char *at, unsigned type, uint64_t delta) {
    uint64_t value = 0;
    size_t size = llmopt_driver.types[type].size;
    memcpy(&value, at, size); /* little-endian: what overflows is cut off */
    value += delta;
    memcpy(at, &value, size);
}

static bool in_range(const struct llmopt_parameter *known, const unsigned char *at) {
    const struct llmopt_type *type = &llmopt_driver.types[known->type];
    uint64_t value = 0;
    memcpy(&value, at, type->size);
    int64_t held = (int64_t)as_held(value, type);
    return !(known->flags & LLMOPT_RANGED) || (held >= known->low && held <= known->high);
}

/* Adds, unless the contract forbids the sum. */
static void move(unsigned char *at, const struct llmopt_parameter *known, uint64_t delta) {
    add(at, known->type, delta);
    if (!in_range(known, at))
        add(at, known->type, 0 - delta);
}

/* To where a step began, and on by some multiple of it or beside that. */
static void step_on(unsigned char *at, const struct llmopt_parameter *known, uint64_t step,
                    unsigned call) {
    uint64_t random = mixed(scene.place, 5000 + CALLS + call), value = 0;
    size_t size = llmopt_driver.types[known->type].size;
    memcpy(&value, at, size);
    uint64_t beside = below(mixed(random, 6), 4);
    uint64_t wanted = stepped_from + multiple_of(step, random, 8 * (unsigned)size) +
                      (beside == 0   ? 1
                       : beside == 1 ? ~(uint64_t)0
                                     : 0);
    move(at, known, wanted - value);
}

void nudge_parameter(unsigned call, unsigned parameter) {
    const struct llmopt_parameter *known = &llmopt_driver.parameters[parameter];
    unsigned char *at = frames[call] + known->offset;
    size_t size = llmopt_driver.types[known->type].size;
    if (call == 0 && scene.round != scene.rounds)
        return; /* it was chosen by the last one */
    for (unsigned i = 0; i < nudges.count; i++) {
        const struct nudge *nudge = &nudges.nudge[i];
        if (nudge->which != parameter)
            continue;
        if (nudge->call == call)
            move(at, known, nudge->delta);
        if (nudge->step && nudge->call == call)
            memcpy(&stepped_from, at, size);
        else if (nudge->step && nudge->call < call)
            step_on(at, known, nudge->step, call);
    }
}

void nudge_globals(unsigned call) {
    for (unsigned i = 0; i < nudges.count; i++) {
        uint64_t which = nudges.nudge[i].which;
        if (nudges.nudge[i].call != call || which < llmopt_driver.parameter_count)
            continue;
        struct llmopt_global *global =
            &llmopt_driver.globals[which - llmopt_driver.parameter_count];
        add(global->address, global->type, nudges.nudge[i].delta);
    }
}
