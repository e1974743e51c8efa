#include "texts.h"

#include "case.h"
#include "random.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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
