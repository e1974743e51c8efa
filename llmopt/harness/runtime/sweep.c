#include "sweep.h"

#include "case.h"
#include "driver.h"
#include "making.h"
#include "random.h"
#include "values.h"

#include <string.h>

#define ODD 0x9e3779b97f4a7c15u /* what multiplies by it comes in no order, and each once */

bool sweep_is_possible(void) {
    bool possible = llmopt_driver.parameter_count && !llmopt_driver.callback_count;
    for (unsigned long i = 0; i < llmopt_driver.parameter_count; i++) {
        const struct llmopt_type *type = type_of(llmopt_driver.parameters[i].type);
        possible &= is_number(type) && type->size <= sizeof(uint64_t);
    }
    return possible;
}

/* Of all arguments together; more than 64 where contract or type leave out some values. */
static unsigned total_bits(void) {
    unsigned long bits = 0;
    for (unsigned long i = 0; i < llmopt_driver.parameter_count; i++) {
        const struct llmopt_parameter *known = &llmopt_driver.parameters[i];
        const struct llmopt_type *type = type_of(known->type);
        bool all = type->kind == LLMOPT_INTEGER && !type->count && !(known->flags & LLMOPT_RANGED);
        bits += all ? 8 * type->size : type->kind == LLMOPT_BOOLEAN ? 1 : 65;
    }
    return (unsigned)bits;
}

static uint64_t ranged(uint64_t value, const struct llmopt_parameter *known) {
    uint64_t span = (uint64_t)known->high - (uint64_t)known->low + 1;
    return (uint64_t)known->low + (span ? value % span : value);
}

static void make_float(uint64_t place, unsigned char *at, size_t size) {
    static const enum series series[] = {WHOLE, SPECIAL, NEAR, FEW, SMALL};
    if (chance(place, 30))
        memcpy(at, &place, size);
    else
        series_float(mixed(place, 1), at, size, series[below(place, 5)], 0);
}

static void make_value(uint64_t place, const struct llmopt_parameter *known) {
    const struct llmopt_type *type = type_of(known->type);
    unsigned char *at = frames[0] + known->offset;
    if (type->kind == LLMOPT_FLOAT) {
        make_float(place, at, type->size);
        return;
    }
    uint64_t value = type->count ? (uint64_t)type->values[place % type->count]
                                 : sweep_integer(place, type, scene.width);
    if (known->flags & LLMOPT_RANGED)
        value = ranged(place % 4 ? mixed(place, 2) : value, known);
    value = as_held(value, type);
    memcpy(at, &value, type->size);
}

/* All values together are one number: each comes once. */
static void enumerate(uint64_t call) {
    uint64_t number = (scene.place + call) * ODD;
    for (unsigned long i = 0; i < llmopt_driver.parameter_count; i++) {
        const struct llmopt_parameter *known = &llmopt_driver.parameters[i];
        const struct llmopt_type *type = type_of(known->type);
        uint64_t value = as_held(number, type);
        memcpy(frames[0] + known->offset, &value, type->size);
        number >>= type->kind == LLMOPT_BOOLEAN ? 1 : 8 * type->size % 64;
    }
}

void sweep_arguments(uint64_t call) {
    if (scene.enumerated && total_bits() <= 32) {
        enumerate(call);
        return;
    }
    uint64_t place = mixed(scene.place, call);
    for (unsigned long i = 0; i < llmopt_driver.parameter_count; i++)
        make_value(mixed(place, i), &llmopt_driver.parameters[i]);
}
