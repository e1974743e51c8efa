#include "values.h"

#include "case.h"
#include "random.h"

#include <stdbool.h>
#include <string.h>

static unsigned bits_of(const struct llmopt_type *type) {
    return type->kind == LLMOPT_BOOLEAN ? 1 : (unsigned)(type->size < 8 ? type->size * 8 : 64);
}

uint64_t as_held(uint64_t value, const struct llmopt_type *type) {
    unsigned bits = bits_of(type);
    if (bits >= 64)
        return value;
    value &= ((uint64_t)1 << bits) - 1;
    if ((type->flags & LLMOPT_SIGNED) && value >> (bits - 1))
        value |= ~(uint64_t)0 << bits;
    return value;
}

static uint64_t highest(const struct llmopt_type *type) {
    return ~(uint64_t)0 >> (64 - bits_of(type) + !!(type->flags & LLMOPT_SIGNED));
}

static uint64_t extreme(uint64_t place, const struct llmopt_type *type) {
    unsigned bits = bits_of(type);
    uint64_t all = bits >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << bits) - 1;
    uint64_t edge = type->flags & LLMOPT_SIGNED ? all >> 1 : all; /* its maximum */
    uint64_t near = below(mixed(place, 2), 3);
    switch (below(place, 4)) {
    case 0:
        return edge - near;
    case 1:
        return edge + 1 + near; /* the minimum, of a signed one */
    case 2:
        return (uint64_t)-1 - near;
    default:
        return (all >> 1) + 1 - near;
    }
}

/* A large number of either sign, most often a power of two: products and sums of such ones just
 * fit, or just do not. */
static uint64_t peak(uint64_t place, const struct llmopt_type *type) {
    unsigned bits = bits_of(type), top = bits < 4 ? bits : 4;
    uint64_t kind = scene.powers ? 1 : below(mixed(place, 1), 4), size = mixed(place, 2);
    uint64_t value = (uint64_t)1 << (kind == 3 ? below(size, bits) : bits - 1 - below(size, top));
    if (kind == 0) {
        value = (uint64_t)1 << (bits - 1);
        return chance(size, 50) ? value : value - 1;
    }
    if (!scene.powers && chance(mixed(place, 3), 15))
        value += below(mixed(place, 4), 3) - 1;
    return chance(mixed(place, 5), 50) ? -value : value;
}

/* The least of which two are more than the type holds; of a signed one, on either side. */
static uint64_t half(const struct llmopt_type *type) {
    uint64_t value = (highest(type) >> 1) + 1;
    bool below_zero = (type->flags & LLMOPT_SIGNED) && chance(mixed(scene.place, 32), 50);
    return as_held(below_zero ? -value : value, type);
}

static uint64_t saturated(uint64_t place, const struct llmopt_type *type) {
    return as_held(scene.separate ? peak(mixed(place, 31), type)
                                  : extreme(mixed(scene.place, 30), type),
                   type);
}

/* Of a buffer that holds all bits set, some times in a row, and then a small number: carries go
 * through it, and what is continued by a high bit goes on as long as it may. */
static uint64_t run_of_ones(uint64_t place, const struct llmopt_type *type, size_t index) {
    uint64_t own = mixed(place, 600 + index);
    if (!below(own, 10))
        return below(mixed(own, 1), 3);
    return chance(mixed(place, 34), 70) ? as_held(~(uint64_t)0, type) : highest(type);
}

static uint64_t power(uint64_t place, unsigned bits) {
    uint64_t value = (uint64_t)1 << below(place, bits);
    return value + below(mixed(place, 1), 3) - 1;
}

/* One of the program's numbers, most often a large one: small ones need no such care. */
static uint64_t large_one(uint64_t place) {
    uint64_t best = 0, draws = chance(mixed(place, 20), 70) ? 5 : 1;
    for (uint64_t i = 0; i < draws; i++) {
        uint64_t one = (uint64_t)request.integers[mixed(place, 30 + i) % request.integer_count];
        uint64_t size = (int64_t)one < 0 ? -one : one;
        if (size < (uint64_t)1 << 31 && size >= ((int64_t)best < 0 ? -best : best))
            best = one;
    }
    return best;
}

/* Where a quotient by one of the program's numbers changes, from another one on. */
static uint64_t quotient(uint64_t place, unsigned bits) {
    uint64_t divisor = large_one(place);
    uint64_t from = large_one(mixed(place, 1));
    uint64_t size = (int64_t)divisor < 0 ? -divisor : divisor;
    uint64_t times = mixed(place, 2) % ((~(uint64_t)0 >> (64 - bits)) / (size ? size : 1) / 2 + 1);
    if (chance(mixed(place, 3), 40))
        times >>= below(mixed(place, 7), bits);
    if (chance(mixed(place, 8), 50))
        times = -times;
    uint64_t value = times * divisor + (chance(mixed(place, 4), 60)   ? 0
                                        : chance(mixed(place, 9), 50) ? 1
                                                                      : ~(uint64_t)0);
    return chance(mixed(place, 5), 25)   ? value
           : chance(mixed(place, 6), 50) ? value + from
                                         : value - from;
}

static uint64_t constant(uint64_t place, unsigned bits) {
    if (!request.integer_count)
        return below(place, 16);
    if (chance(mixed(place, 2), 30))
        return quotient(mixed(place, 3), bits);
    uint64_t value = (uint64_t)request.integers[below(place, request.integer_count)];
    uint64_t kind = below(mixed(place, 1), 8);
    return kind < 4    ? value
           : kind == 4 ? value - 1
           : kind == 5 ? value + 1
           : kind == 6 ? -value
                       : ~value;
}

/* As many bits as the case says, so that small and large ones are alike frequent. */
static uint64_t wide(uint64_t place, unsigned bits) {
    uint64_t value = mixed(place, 3) >> (64 - (1 + below(place, bits)));
    return chance(mixed(place, 4), 30) ? -value : value;
}

static uint64_t length(uint64_t place) {
    uint64_t value = mixed(place, 5);
    switch (below(place, 16)) {
    case 0:
        return 0;
    case 1:
        return 1;
    case 2:
    case 3:
    case 4:
    case 5:
        return value % 10;
    case 6:
    case 7:
    case 8:
        return value % 35;
    case 9:
    case 10:
        return value % 71;
    case 11:
        return power(value, 10);
    case 12:
        return 2 * (value % 32) + 1;
    case 13:
        return 1 + value % 250;
    case 14:
        return constant(value, 16);
    default:
        return value % 4 ? value % 20 : value % 5000;
    }
}

/* Divisions of such numbers leave no rest. */
static uint64_t multiple(uint64_t place) {
    uint64_t value = mixed(place, 1);
    return scene.unit * (chance(place, 40) ? 1 + value % 3 : length(value));
}

uint64_t sweep_integer(uint64_t place, const struct llmopt_type *type, unsigned width) {
    unsigned bits = bits_of(type), held = width < bits ? width : bits;
    switch (place >> 61) {
    case 0:
        return wide(place, held);
    case 1:
        return mixed(place, 1) % 400 - 200;
    case 2:
    case 3:
        return constant(place, bits);
    default:
        return (uint64_t)((int64_t)mixed(place, 1) >> (64 - held));
    }
}

uint64_t scalar_integer(uint64_t place, const struct llmopt_type *type, enum role role) {
    uint64_t value = mixed(place, 6);
    unsigned bits = bits_of(type);
    if (scene.unit && !type->count && chance(mixed(place, 9), 85))
        return as_held(multiple(mixed(place, 10)), type);
    if (scene.burst && request.integer_count && chance(mixed(scene.place, 48), 15) &&
        chance(mixed(place, 13), 70))
        return as_held(quotient(mixed(place, 14), bits), type);
    if (scene.saturated && role == VALUE)
        return saturated(place, type);
    if (role == VALUE && !type->count && chance(mixed(place, 11), 3)) /* a counter's last */
        return as_held(highest(type) - below(mixed(place, 12), 2), type);
    if (place >> 48 == VARIED >> 48 && chance(mixed(place, 8), 60)) /* what the program asks for */
        return as_held(chance(place, 25) || !request.integer_count
                           ? constant(value, bits)
                           : (uint64_t)request.integers[below(value, request.integer_count)],
                       type);
    if (type->count && chance(place, 90)) /* an enumeration */
        return as_held((uint64_t)type->values[value % type->count], type);
    if (role == LENGTH)
        return as_held(length(place), type);
    switch (below(place, 16)) {
    case 0:
    case 1:
        return as_held(value % 3, type);
    case 2:
    case 3:
        return as_held(value % 100, type);
    case 4:
        return as_held(-(value % 20), type);
    case 5:
        return as_held(power(value, bits), type);
    case 6:
        return as_held(extreme(value, type), type);
    case 7:
    case 8:
        return as_held(constant(value, bits), type);
    case 9:
    case 10:
        return as_held(value, type);
    case 11:
        return as_held(length(value), type);
    default:
        return as_held(wide(value, bits), type);
    }
}

uint64_t series_integer(uint64_t place, const struct llmopt_type *type, enum series series,
                        size_t index) {
    uint64_t value = mixed(place, index), base = below(mixed(place, 7), 50);
    if (type->count && series != WHOLE)
        return as_held((uint64_t)type->values[value % type->count], type);
    switch (series) {
    case FEW:
        return as_held(value % 4, type);
    case SMALL:
        return as_held(value % 100, type);
    case NEAR:
        return as_held(value % 17 - 8, type);
    case WHOLE:
        return as_held(value, type);
    case SPECIAL:
        if (value % 4 == 0)
            return as_held(extreme(value, type), type);
        return as_held(
            value % 4 == 1 ? power(value, bits_of(type)) : constant(value, bits_of(type)), type);
    case SPARSE: {
        /* Runs of zeros at either end as well. */
        bool inside = index > below(mixed(place, 20), 8) && (index / 5) % 4 == 1;
        return inside || value % 29 == 0 ? as_held(value >> 8, type) : 0;
    }
    case RISING:
        return as_held(base + index * (1 + below(place, 3)) / 2, type);
    case FALLING:
        return as_held(base - index * (1 + below(place, 3)) / 2, type);
    default:
        if (scene.saturated && scene.halves)
            return half(type);
        if (scene.saturated) /* some buffers hold two */
            return saturated(chance(mixed(place, 22), 25) ? mixed(place, 23 + value % 2) : place,
                             type);
        if (chance(mixed(place, 33), 25))
            return run_of_ones(place, type, index);
        if (chance(place, 40))
            return as_held(base, type);
        return as_held(chance(place, 70) ? extreme(mixed(place, 21), type)
                                         : constant(mixed(place, 21), bits_of(type)),
                       type);
    }
}

static double special(uint64_t value) {
    static const uint64_t bits[] = {
        0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000,
        0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000, 0x0000000000000001,
        0x8000000000000001, 0x000fffffffffffff, 0x0010000000000000, 0x7fefffffffffffff,
        0xffefffffffffffff, 0x3ff0000000000001, 0x3fefffffffffffff, 0x4330000000000000,
        0x47efffffe0000000, 0x3810000000000000, 0x36a0000000000000, 0x41dfffffffc00000,
        0x3fe0000000000000, 0xbfe0000000000000, 0x3fdfffffe0000000, 0xbfdfffffe0000000,
        0x3fdfffffffffffff, 0x3ff8000000000000, 0x4004000000000000, 0x4160000020000000,
        0x4170000010000000, 0x4160000000000000, 0x41e0000000000000, 0xc1e0000000000000,
        0x41effffffffffff0, 0x43e0000000000000, 0xc3e0000000000000, 0x4340000000000000,
        0x405fc00000000000, 0x40dfffc000000000, 0xc0e0000000000000, 0x40e0000000000000,
    };
    size_t known = sizeof bits / sizeof *bits, at = value % (known + request.float_count);
    uint64_t kind = below(mixed(value, 3), 100);
    double result;
    if (kind < 25) /* zeros, one, no numbers */
        at %= 7;
    else if (kind < 60 && request.float_count)
        at = known + value % request.float_count;
    if (at >= known)
        return request.floats[at - known] * (chance(mixed(value, 1), 20) ? -1 : 1);
    memcpy(&result, &bits[at], sizeof result);
    return result;
}

static double unit(uint64_t value) { return (double)(value >> 11) * 0x1p-53; }

static double drawn(uint64_t place, size_t size, enum series series, size_t index) {
    uint64_t value = mixed(place, index);
    switch (series) {
    case FEW:
        return (double)(value % 4);
    case SMALL:
        return unit(value);
    case NEAR:
        return (double)(value % 17) - 8;
    case WHOLE:
        return (unit(value) - 0.5) * 200;
    case SPECIAL:
        return value % 3 ? special(mixed(value, 2)) : (double)(value % 9) - 4;
    case RISING:
        return (double)index * 0.75 - 3;
    case SPARSE:
        if (chance(place, 30)) /* nothing but what is too small to be normal */
            return value % 3 ? 0.0
                             : (double)(1 + value % 0x7fffff) * (size == 4 ? 0x1p-149 : 0x1p-1074);
        return value % 9 ? value % 2 ? 0.0 : -0.0 : special(mixed(value, 2));
    case FALLING: {
        /* All sizes. */
        uint64_t bits = (value & 0x800fffffffffffff) | (0x3ff + value % 61 - 30) << 52;
        double result;
        memcpy(&result, &bits, sizeof result);
        return result;
    }
    default:
        return chance(place, 50) ? (double)below(place, 9) * 0.1 : special(mixed(place, 21));
    }
}

void series_float(uint64_t place, void *at, size_t size, enum series series, size_t index) {
    double value = drawn(place, size, series, index);
    if (size == sizeof(float)) {
        /* Beyond its range is undefined to convert to, and of no use. */
        float single = value > 3.4e38 && value < 1.0 / 0.0     ? 0x1.fffffep127f
                       : value < -3.4e38 && value > -1.0 / 0.0 ? -0x1.fffffep127f
                                                               : (float)value;
        memcpy(at, &single, sizeof single);
    } else if (size == sizeof(double)) {
        memcpy(at, &value, sizeof value);
    } else {
        long double extended = value;
        memset(at, 0, size);
        memcpy(at, &extended, size < sizeof extended ? size : sizeof extended);
    }
}
