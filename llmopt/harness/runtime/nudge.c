#include "nudge.h"

#include "case.h"
#include "driver.h"
#include "random.h"
#include "state.h"
#include "values.h"

#include <string.h>

#define PLACES 32

/* A comparison in the code, and the difference of its sides when it was last made. */
struct place {
    const void *code;
    uint64_t delta;
};

STATE struct nudges nudges = {0};
STATE static struct place places[PLACES] = {0};
STATE static unsigned place_count = 0;
STATE static bool watching = false;
STATE static unsigned watched = 0;            /* the call */
STATE static struct nudge found[CALLS] = {0}; /* one for each call, or none */
STATE static bool is_found[CALLS] = {0};

static void see(const void *code, uint64_t one, uint64_t other) {
    if (!watching)
        return;
    unsigned at = 0;
    while (at < place_count && places[at].code != code)
        at++;
    if (at == PLACES)
        return;
    place_count += at == place_count;
    places[at] = (struct place){code, other - one};
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

void nudge_look_away(void) {
    if (!watching)
        return;
    watching = false;
    uint64_t place = mixed(scene.place, 4000 + watched);
    uint64_t which = 0;
    if (!place_count || !choose_target(place, &which))
        return;
    uint64_t delta = places[below(mixed(place, 1), place_count)].delta;
    if (chance(mixed(place, 2), 40)) /* it may stand on the other side */
        delta = 0 - delta;
    uint64_t beside = below(mixed(place, 3), delta ? 4 : 2);
    delta += beside == 0 ? 1 : beside == 1 ? ~(uint64_t)0 : 0;
    found[watched] = (struct nudge){watched, which, delta};
    is_found[watched] = true;
}

bool nudge_choose(void) {
    nudges.count = 0;
    for (unsigned call = 0; call < scene.calls && nudges.count < NUDGES; call++)
        if (is_found[call] && chance(mixed(scene.place, 5000 + call), scene.burst ? 50 : 80))
            nudges.nudge[nudges.count++] = found[call];
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

void nudge_parameter(unsigned call, unsigned parameter) {
    const struct llmopt_parameter *known = &llmopt_driver.parameters[parameter];
    unsigned char *at = frames[call] + known->offset;
    if (call == 0 && scene.round != scene.rounds)
        return; /* it was chosen by the last one */
    for (unsigned i = 0; i < nudges.count; i++) {
        if (nudges.nudge[i].call != call || nudges.nudge[i].which != parameter)
            continue;
        add(at, known->type, nudges.nudge[i].delta);
        if (!in_range(known, at))
            add(at, known->type, 0 - nudges.nudge[i].delta);
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
