/* Buffers and what stands in them: texts, numbers, records with an array behind. */
#include "making.h"

#include "case.h"
#include "random.h"
#include "state.h"
#include "texts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

STATE static unsigned char scratch[TEXT_GIANT] = {0};
STATE static unsigned char earlier[TEXT_GIANT] = {0}; /* the first text of the case */
STATE static size_t earlier_size = 0;
STATE static uint64_t earlier_path = 0;
STATE static uint64_t anew = 0; /* other content for the same buffers */

void buffers_begin(void) {
    earlier_path = earlier_size = 0;
    anew = 0;
}

void buffers_renew(void) { anew++; }

static uint64_t content_place(const struct slot *slot) { return mixed(slot->path, 30 + anew); }

static bool holds_text(const struct slot *slot, bool string) {
    const struct llmopt_type *type = type_of(slot->type);
    uint64_t place = content_place(slot);
    if (string)
        return true;
    if (type->kind == LLMOPT_INTEGER && type->size == 1)
        return (type->flags & LLMOPT_TEXT) ? !scene.noise : chance(mixed(place, 2), 25);
    return type->kind == LLMOPT_VOID && chance(mixed(place, 2), 30);
}

static size_t own_text(const struct slot *slot);

static size_t guessed(struct slot *slot, bool string) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t size = element_size(slot->type);
    if (holds_text(slot, string)) {
        return own_text(slot) + 1;
    }
    if (type->flags & LLMOPT_FLEXIBLE)
        return size + 24;
    if (slot->fixed)
        return size;
    if (type->kind == LLMOPT_INTEGER || type->kind == LLMOPT_FLOAT || type->kind == LLMOPT_VOID)
        return size * 32;
    return size * 4;
}

/* A part of the case's first text: what is looked for in it is found, or nearly. */
static size_t piece(uint64_t place) {
    bool last = chance(place, 40);
    size_t size = 1 + below(mixed(place, 1), chance(place, 70) && !scene.giant ? 6 : 40);
    size = size < earlier_size ? size : earlier_size;
    size_t from = last ? earlier_size - size : below(mixed(place, 2), earlier_size - size + 1);
    memcpy(scratch, earlier + from, size);
    scratch[size] = 0;
    uint64_t change = mixed(place, 3);
    if (chance(change, 25)) {
        size_t at = change % size;
        /* Most often the other case of a letter, of any alphabet; or another one altogether. */
        scratch[at] ^= chance(mixed(change, 1), 85) ? 0x20 : 0x80;
    }
    return strlen((char *)scratch);
}

/* Writes the slot's text to `scratch`; returns its length. */
static size_t own_text(const struct slot *slot) {
    uint64_t place = content_place(slot);
    size_t limit = scene.giant ? TEXT_GIANT : TEXT_MOST;
    size_t wanted = slot->told ? slot->size : 0;
    if (!earlier_path)
        earlier_path = slot->path;
    if (slot->path == earlier_path) {
        earlier_size = text(place, scratch, limit, wanted);
        memcpy(earlier, scratch, earlier_size);
        return earlier_size;
    }
    if (earlier_size && chance(mixed(place, 3), scene.giant ? 70 : 30))
        return piece(mixed(place, 4));
    size_t size = text(place, scratch, limit, wanted);
    return scene.giant && size > 300 ? scratch[300] = 0, 300 : size;
}

static void fill_text(const struct slot *slot) {
    uint64_t place = content_place(slot);
    size_t length = own_text(slot) + 1;
    size_t copied = length < slot->size ? length : slot->size;
    memcpy(slot->begin, scratch, copied);
    for (size_t i = copied; i < slot->size; i++)
        slot->begin[i] = (unsigned char)("az 09,\0~"[mixed(place, i) % 8]);
}

enum series series_of(uint64_t place) {
    if (scene.saturated)
        return SAME;
    if (scene.sorted && chance(mixed(place, 40), 70))
        return chance(mixed(place, 41), 80) ? RISING : FALLING;
    return (enum series)below(mixed(place, 42), SERIES);
}

static void draw_numbers(const struct llmopt_type *type, uint64_t place, unsigned char *at,
                         size_t from, size_t count) {
    enum series series = series_of(place);
    for (size_t i = from; i < count; i++)
        if (type->kind == LLMOPT_FLOAT) {
            series_float(place, at + i * type->size, type->size, series, i);
        } else {
            uint64_t value = series_integer(place, type, series, i), wide[2] = {value, 0};
            if (type->size > 8 && (type->flags & LLMOPT_SIGNED) && value >> 63)
                wide[1] = ~(uint64_t)0;
            memcpy(at + i * type->size, wide, type->size);
        }
}

void numbers_fill(const struct llmopt_type *type, uint64_t place, unsigned char *at, size_t count) {
    draw_numbers(type, place, at, 0, count);
}

static const struct llmopt_type byte = {LLMOPT_INTEGER, 0, 1, 0, 0, 0, 0, 0};

bool is_plain(unsigned number) {
    const struct llmopt_type *type = type_of(number);
    bool plain = type->kind != LLMOPT_POINTER && !(type->flags & LLMOPT_FLEXIBLE);
    if (type->kind == LLMOPT_ARRAY)
        return is_plain(type->element);
    if (type->kind == LLMOPT_RECORD || type->kind == LLMOPT_UNION)
        for (unsigned long i = 0; i < type->count && plain; i++)
            plain = is_plain(type->fields[i].type);
    return plain;
}

static void draw(const struct slot *slot, uint64_t place, unsigned char *at, size_t from,
                 size_t count) {
    const struct llmopt_type *type = type_of(slot->type);
    struct context nobody = context_in(0);
    if (type->kind == LLMOPT_VOID)
        draw_numbers(&byte, place, at, from, count);
    else if (is_number(type))
        draw_numbers(type, place, at, from, count);
    else
        for (size_t i = from; i < count; i++)
            value_make(slot->type, at + i * type->size, mixed(place, 60 + i), &nobody);
}

/* Fills a buffer that is filled again and again: what was drawn is kept. */
static void fill_again(struct slot *slot) {
    uint64_t place = content_place(slot);
    size_t size = element_size(slot->type), count = slot->size / size;
    if (!slot->master) {
        slot->master = mmap(0, SLOT_ROOM, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (slot->master == MAP_FAILED)
            abort();
    }
    if (slot->drawn_at != place)
        slot->drawn = 0;
    if (slot->drawn < count) {
        draw(slot, place, slot->master, slot->drawn, count);
        slot->drawn = count;
        slot->drawn_at = place;
    }
    memcpy(slot->begin, slot->master, count * size);
}

/* A record and the array behind it. */
static void fill_flexible(struct slot *slot, const struct llmopt_type *type) {
    struct context context = context_in(slot);
    const struct llmopt_field *last = &type->fields[type->count - 1];
    unsigned number = type_of(last->type)->element;
    const struct llmopt_type *element = type_of(number);
    size_t from = last->bit_offset / 8;
    size_t count = slot->size > from ? (slot->size - from) / element_size(number) : 0;
    memset(slot->begin, 0, slot->size);
    value_make(slot->type, slot->begin, mixed(slot->path, 60), &context);
    if (is_number(element)) {
        numbers_fill(element, content_place(slot), slot->begin + from, count);
        if ((element->flags & LLMOPT_TEXT) && !scene.noise) {
            size_t length = own_text(slot) + 1;
            memcpy(slot->begin + from, scratch, length < count ? length : count);
        }
        return;
    }
    for (size_t i = 0; i < count; i++)
        value_make(number, slot->begin + from + i * element->size, mixed(slot->path, 400 + i),
                   &context);
}

void buffer_fill(struct slot *slot, bool string) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t size = element_size(slot->type), count = slot->size / size;
    slot->filled = true;
    if (slot->many) {
        many_fill(slot);
    } else if (holds_text(slot, string)) {
        fill_text(slot);
    } else if (is_plain(slot->type)) {
        fill_again(slot);
    } else if (type->flags & LLMOPT_FLEXIBLE) {
        fill_flexible(slot, type);
    } else {
        /* Lists of pointers often end with NULL. */
        bool ended = type->kind == LLMOPT_POINTER && chance(mixed(slot->path, 50), 50);
        size_t end = ended ? below(mixed(slot->path, 51), 9) : count;
        memset(slot->begin, 0, slot->size);
        for (size_t i = 0; i < count; i++) {
            struct context context = context_in(slot);
            if (i < end)
                value_make(slot->type, slot->begin + i * size, mixed(slot->path, 60 + i), &context);
        }
    }
}

struct slot *buffer_make(unsigned type, uint64_t path, bool fixed, bool string) {
    struct slot *slot = arena_slot(path);
    if (!slot)
        return 0;
    slot->type = type;
    slot->fixed = fixed;
    slot->filled = false;
    slot->layout = scene.behind ? BEHIND_GUARD : BEFORE_GUARD;
    if (!slot->measured) {
        slot->size = guessed(slot, string);
        slot->measured = true;
    }
    return slot;
}
