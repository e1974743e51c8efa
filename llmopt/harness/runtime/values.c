#include "values.h"

#include "case.h"
#include "random.h"

#include <stdbool.h>
#include <stdio.h>
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

static const char *const alphabets[] = {
    "ab",
    "abcdefghijklmnopqrstuvwxyz ",
    "The quick brown fox. It's 42!\n\t ",
    "0123456789",
    "0123456789+-.eE ",
    " \t\n0123456789abcdefxX-",
    "ab,;=\"'\\ \t\n1",
    "/.a",
    "<>&{}[]()\"':,0a \n",
    "0123456789ABCDEFabcdef",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=",
    "aA zZ@[`{09/:_-",
    "\xc3\xa9\xe2\x82\xac\x80\xff\x01\x7f az",
    "\xc1\xe1\xc3\xe3\xda\xfa\xc0\xe0\xdb\xfb"
    "AaZz",
};

/* A number at the edge of a type, or of any size. */
static unsigned long long edge(uint64_t place) {
    static const unsigned char bits[] = {7, 8, 15, 16, 31, 32, 63, 63, 63, 0};
    unsigned at = bits[below(place, sizeof bits)];
    unsigned long long power = at ? 1ull << at : 0; /* 0: one more than the largest */
    return power + below(mixed(place, 1), 3) - 1;
}

/* A number as people write it, or nearly: with blanks, signs and zeros in front, and of all sizes
 * up to those that no type holds. */
static size_t numeral(uint64_t place, unsigned char *at, size_t limit) {
    static const char *const signs[] = {"", "", "", "", "-", "-", "-", "+", "+-", "-+", "--", "- "};
    static const char *const ends[] = {" ", "x", ".5", "e3", "-", ",1", "\xb1", "0"};
    uint64_t value = mixed(place, 30);
    unsigned long long number =
        chance(place, 50) ? edge(mixed(place, 31)) : mixed(place, 32) >> below(value, 64);
    int blanks = chance(mixed(place, 35), 20) ? (int)below(place, 4) : 0;
    int zeros = chance(mixed(place, 36), 25) ? (int)below(place, 26) : 0;
    const char *sign = signs[below(mixed(place, 37), sizeof signs / sizeof *signs)];
    const char *end = chance(mixed(place, 38), 65) ? "" : ends[below(value, 8)];
    char line[128];
    int size = snprintf(line, sizeof line,
                        chance(mixed(place, 40), 88) ? "%*s%s%.*s%llu" : "%*s%s%.*s%llx", blanks,
                        "", sign, zeros, "00000000000000000000000000", number);
    if (chance(mixed(place, 39), 12)) /* too large for any type */
        size += snprintf(line + size, sizeof line - (size_t)size, "%llu", number);
    size += snprintf(line + size, sizeof line - (size_t)size, "%s", end);
    for (int i = 0; i < blanks && chance(mixed(place, 33), 60); i++) /* of another kind each */
        line[i] = " \t\n\v\f\r"[mixed(place, 50 + (unsigned)i) % 6];
    size_t length = (size_t)size < limit ? (size_t)size : limit - 1;
    memcpy(at, line, length);
    at[length] = 0;
    return length;
}

/* Whether the program looks at digits. */
static bool reads_numbers(void) {
    for (size_t i = 0; i < request.letter_count; i++)
        if (request.letters[i] >= '0' && request.letters[i] <= '9')
            return true;
    return false;
}

static size_t text_length(uint64_t place, size_t limit, size_t wanted) {
    uint64_t value = mixed(place, 8);
    if (wanted && wanted < limit && chance(mixed(place, 18), 60))
        return wanted;
    if (scene.giant && chance(value, 60))
        return (size_t)65530 + value % 200 < limit ? (size_t)65530 + value % 200 : limit - 1;
    size_t length = chance(place, 8)    ? 0
                    : chance(value, 60) ? value % 16
                    : chance(value, 85) ? value % 70
                                        : value % 400;
    return length < limit ? length : limit - 1;
}

/* A text of the program's own, whole or nearly, in the place of some characters. */
static size_t quoted(uint64_t place, unsigned char *at, size_t room) {
    const struct text *own = &request.texts[below(place, request.text_count)];
    size_t size = own->length < room ? own->length : room;
    if (size && chance(mixed(place, 1), 20))
        size--;
    memcpy(at, own->bytes, size);
    return size;
}

static bool is_alphanumeric(unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A letter of the program's own that is, or is not, one of words. */
static unsigned char own_letter(uint64_t place, bool word) {
    unsigned char chosen = request.letters[place % request.letter_count];
    for (unsigned i = 0; i < 40 && is_alphanumeric(chosen) != word; i++)
        chosen = request.letters[mixed(place, i) % request.letter_count];
    return chosen;
}

/* What begins like an escape of a format: a mark, often a letter, and digits; or a few marks. */
static size_t escape(uint64_t place, unsigned char *at, size_t room) {
    static const char *const digits[] = {"",     "0",    "00",   "7f",   "80",   "007F", "0080",
                                         "07ff", "0800", "d7ff", "D800", "dbff", "dfff", "e000",
                                         "ffff", "41",   "9",    "255",  "256",  "e9g"};
    unsigned char made[24];
    size_t size = 0;
    made[size++] = own_letter(mixed(place, 1), false);
    if (chance(place, 15)) {
        made[size] = chance(mixed(place, 2), 60) ? made[0] : own_letter(mixed(place, 3), false);
        size++;
    } else {
        if (chance(mixed(place, 4), 80))
            made[size++] = own_letter(mixed(place, 5), true);
        const char *chosen = digits[below(mixed(place, 6), sizeof digits / sizeof *digits)];
        for (size_t i = 0; chosen[i]; i++)
            made[size++] = (unsigned char)chosen[i];
        for (uint64_t i = below(mixed(place, 7), 3); i && chance(place, 20); i--)
            made[size++] = (unsigned char)("0123456789abcdefABCDEFgG"[mixed(place, 8 + i) % 24]);
    }
    size = size < room ? size : room;
    memcpy(at, made, size);
    return size;
}

/* One letter as often as counters of eight bits hold, alone or in pairs, and what is around it. */
static size_t repeated(uint64_t place, unsigned char *at, size_t limit) {
    static const size_t lengths[] = {127, 128, 255, 256, 257, 511, 512, 513, 514, 515, 516, 770};
    size_t size = lengths[below(place, sizeof lengths / sizeof *lengths)];
    size = size < limit - 3 ? size : limit - 3;
    memset(at, request.letters[mixed(place, 1) % request.letter_count], size);
    if (chance(mixed(place, 2), 50))
        at[0] = own_letter(mixed(place, 3), false);
    for (unsigned i = 0; i < 2 && chance(mixed(place, 4), 50); i++)
        at[size++] = own_letter(mixed(place, 5 + i), false);
    at[size] = 0;
    return size;
}

/* One letter for most of a text: what is looked for comes late. Returns where the rest begins. */
static size_t plain_head(uint64_t place, unsigned char *at, size_t length) {
    size_t rest = 1 + below(mixed(place, 1), 40);
    if (rest >= length || !chance(place, scene.giant ? 75 : 5))
        return 0;
    unsigned char letter = (unsigned char)"aZ 0"[below(mixed(place, 2), 4)];
    if (request.letter_count && chance(mixed(place, 3), 25))
        letter = request.letters[mixed(place, 4) % request.letter_count];
    memset(at, letter, length - rest);
    return length - rest;
}

/* An escape of which the end of the text leaves a part. */
static void cut_escape(uint64_t place, unsigned char *at, size_t length) {
    unsigned char whole[24];
    size_t size = escape(mixed(place, 1), whole, sizeof whole);
    size_t part = 1 + below(mixed(place, 2), size);
    if (part <= length)
        memcpy(at + length - part, whole, part);
}

/* A letter that the program names, or one close to it: it may stand for all from one to another. */
static unsigned char named(uint64_t place) {
    unsigned char letter = request.letters[place % request.letter_count];
    unsigned char near = (unsigned char)(letter + below(mixed(place, 1), 7) - 3);
    return near && chance(mixed(place, 2), 15) ? near : letter;
}

size_t text(uint64_t place, unsigned char *at, size_t limit, size_t wanted) {
    size_t count = sizeof alphabets / sizeof *alphabets;
    size_t length = text_length(place, limit, wanted);
    const char *alphabet = alphabets[below(mixed(place, 9), count)];
    size_t letters = strlen(alphabet);
    uint64_t kind = below(mixed(place, 13), 10);
    if (kind < (reads_numbers() ? 4u : 1u) && !scene.giant)
        return numeral(mixed(place, 14), at, limit);
    if (request.letter_count && limit > 16 && chance(mixed(place, 16), 4))
        return repeated(mixed(place, 17), at, limit);
    unsigned own = !request.letter_count ? 0 : kind < 3 ? 100 : kind < 6 ? 60 : kind < 8 ? 15 : 0;
    bool escapes = request.letter_count > 3 && kind < 6;
    unsigned told = scene.letter && chance(mixed(place, 15), 70) ? 15 : 0;
    unsigned quotes = request.text_count ? (unsigned)below(mixed(place, 10), 4) * 6 : 0;
    if (quotes && chance(mixed(place, 11), 12)) /* nothing but one */
        length = quoted(mixed(place, 12), at, limit - 1);
    else
        for (size_t i = plain_head(mixed(place, 19), at, length); i < length;) {
            uint64_t value = mixed(place, 100 + i);
            if (quotes && chance(value, quotes)) {
                size_t made = quoted(mixed(value, 1), at + i, length - i);
                if (made) {
                    i += made;
                    continue;
                }
            }
            uint64_t more = mixed(value, 2);
            if (escapes && chance(mixed(value, 3), 12)) {
                i += escape(mixed(value, 4), at + i, length - i);
                continue;
            }
            if (told && chance(more, told))
                at[i++] = scene.letter;
            else if (own && chance(mixed(more, 1), own))
                at[i++] = named(mixed(more, 2));
            else
                at[i++] = (unsigned char)alphabet[value % letters];
        }
    if (escapes && chance(mixed(place, 20), 50))
        cut_escape(mixed(place, 21), at, length);
    for (size_t i = 0; i < length; i++) /* a quoted text may hold one */
        if (!at[i])
            length = i;
    at[length] = 0;
    return length;
}
