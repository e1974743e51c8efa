#include "novelty.h"
#include "state.h"

#include <string.h>

#define EVERY_CALL_UP_TO 8
#define THINNING 3 /* then calls that are a third further on each time */
#define PARAMETERS_COMPARED 8
#define HASH_FACTOR UINT64_C(0x9E3779B97F4A7C15)
#define SMALL_LEAST (-4)
#define SMALL_MOST 16
#define ALIGNMENT_BITS 31

int64_t argument_value(const struct llmopt_shadow_parameter *parameter, const void *bytes) {
    int64_t value = 0;
    if (parameter->size > sizeof value)
        return 0;
    memcpy(&value, bytes, parameter->size);
    unsigned unused = (unsigned)(sizeof value - parameter->size) * 8;
    return unused ? (int64_t)((uint64_t)value << unused) >> unused : value;
}

/* What kind of number: itself where it is small, else its sign, bit length and low bits. */
static uint64_t kind_of_number(int64_t value) {
    if (value >= SMALL_LEAST && value <= SMALL_MOST)
        return (uint64_t)(value - SMALL_LEAST);
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    unsigned length = 64 - (unsigned)__builtin_clzll(magnitude);
    return 64 + (uint64_t)(value < 0) * 1024 + length * 8 + (magnitude & 7);
}

static uint64_t kind_of_pointer(int64_t value) {
    return value ? 1 + ((uint64_t)value & ALIGNMENT_BITS) : 0;
}

static int is_new(uint64_t which, uint64_t kind) {
    uint64_t bit = (which * 8191 + kind + 1) * HASH_FACTOR % NOVELTY_BITS;
    uint64_t *word = &STATE->novelty.seen[bit / 64], mask = UINT64_C(1) << bit % 64;
    int found = !(*word & mask);
    *word |= mask;
    return found;
}

int novelty_is_new(const struct llmopt_shadow_site *site, const void *record) {
    int64_t values[PARAMETERS_COMPARED];
    int found = 0;
    unsigned long count = site->parameter_count;
    if (count > PARAMETERS_COMPARED)
        count = PARAMETERS_COMPARED;
    for (unsigned long i = 0; i < count; i++) {
        const struct llmopt_shadow_parameter *parameter = &site->parameters[i];
        values[i] = argument_value(parameter, (const char *)record + parameter->offset);
        int pointer = parameter->type_class == CLASS_POINTER;
        found |= is_new(i, pointer ? kind_of_pointer(values[i]) : kind_of_number(values[i]));
        for (unsigned long j = 0; j < i; j++)
            if (site->parameters[j].type_class == parameter->type_class) {
                uint64_t order = values[i] < values[j] ? 0 : values[i] == values[j] ? 1 : 2;
                found |= is_new(64 + i * PARAMETERS_COMPARED + j, pointer ? order == 1 : order);
            }
    }
    return found;
}

int novelty_wants(const struct llmopt_shadow_site *site, const void *record, uint64_t call) {
    struct novelty *novelty = &STATE->novelty;
    if (novelty->taken >= STATE->settings.samples)
        return 0;
    int wanted = novelty_is_new(site, record);
    if (call >= novelty->next) {
        novelty->next = call < EVERY_CALL_UP_TO ? call + 1 : call + call / THINNING;
        wanted = 1;
    }
    novelty->taken += (uint64_t)wanted;
    return wanted;
}
