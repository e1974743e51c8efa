#include "generate.h"

#include "arena.h"
#include "case.h"
#include "nudge.h"
#include "random.h"
#include "state.h"
#include "stream.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

STATE static unsigned nodes = 0;       /* nested records made so far */
STATE static unsigned nodes_limit = 0; /* and how many there may be */
#define TEXT_MOST 1024
#define TEXT_GIANT ((size_t)66000)

STATE static unsigned char scratch[TEXT_GIANT] = {0};
STATE static unsigned char earlier[TEXT_GIANT] = {0}; /* the first text of the case */
STATE static size_t earlier_size = 0;
STATE static uint64_t earlier_path = 0;
STATE static uint64_t anew = 0; /* other content for the same buffers */

/* Where a value stands: the record that holds it, and the slot. */
struct context {
    struct slot *slot;
    const unsigned char *record;
    unsigned record_type;
    long least, most;
    unsigned way;  /* which of the pointers to its own kind it is */
    uint64_t room; /* for how many there is room, by another field */
    uint64_t held; /* and how many there are */
    bool roomed;   /* as that field says */
};

/* What can be said only when everything else is made. */
struct fix {
    unsigned flag;
    unsigned char *at;   /* the field */
    unsigned char *head; /* the pointer that leads to the list or tree */
    unsigned type;       /* of its nodes */
    unsigned long size;  /* of the field */
    uint64_t place;
};

#define FIXES 32
#define DEEP 120

STATE static struct fix fix[FIXES] = {{0, 0, 0, 0, 0, 0}};
STATE static unsigned fixes = 0;

static const struct llmopt_type *type_of(unsigned type) { return &llmopt_driver.types[type]; }

static size_t element_size(unsigned type) {
    size_t size = type_of(type)->size;
    return size ? size : 1;
}

void generate_begin(void) {
    nodes = 0;
    nodes_limit = (unsigned)below(mixed(scene.place, 20), chance(scene.place, 80) ? 9 : NODES);
    if (scene.deep)
        nodes_limit = DEEP;
    scene.letter = 0;
    earlier_path = earlier_size = 0;
    fixes = 0;
    anew = 0;
}

/* --- buffers ----------------------------------------------------------------------------- */

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
    if (chance(change, 25))
        scratch[change % size] ^= 0x20;
    return strlen((char *)scratch);
}

/* Writes the slot's text to `scratch`; returns its length. */
static size_t own_text(const struct slot *slot) {
    uint64_t place = content_place(slot);
    size_t limit = scene.giant ? TEXT_GIANT : TEXT_MOST;
    if (!earlier_path)
        earlier_path = slot->path;
    if (slot->path == earlier_path) {
        earlier_size = text(place, scratch, limit);
        memcpy(earlier, scratch, earlier_size);
        return earlier_size;
    }
    if (earlier_size && chance(mixed(place, 3), scene.giant ? 70 : 30))
        return piece(mixed(place, 4));
    size_t size = text(place, scratch, limit);
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

static enum series series_of(uint64_t place) {
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

static void fill_numbers(const struct llmopt_type *type, uint64_t place, unsigned char *at,
                         size_t count) {
    draw_numbers(type, place, at, 0, count);
}

static const struct llmopt_type byte = {LLMOPT_INTEGER, 0, 1, 0, 0, 0, 0, 0};

static void value_in(unsigned number, unsigned char *at, uint64_t place,
                     const struct context *context);

static bool is_number(const struct llmopt_type *type) {
    return type->kind == LLMOPT_INTEGER || type->kind == LLMOPT_FLOAT ||
           type->kind == LLMOPT_BOOLEAN;
}

/* Whether a value holds no pointer, nor anything that depends on where it stands. */
static bool is_plain(unsigned number) {
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
    struct context nobody = {0, 0, 0, 0, 0, 0, 0, 0, false};
    if (type->kind == LLMOPT_VOID)
        draw_numbers(&byte, place, at, from, count);
    else if (is_number(type))
        draw_numbers(type, place, at, from, count);
    else
        for (size_t i = from; i < count; i++)
            value_in(slot->type, at + i * type->size, mixed(place, 60 + i), &nobody);
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
    struct context context = {slot, slot->record, slot->record_type, slot->least, slot->most, 0, 0,
                              0,    false};
    const struct llmopt_field *last = &type->fields[type->count - 1];
    unsigned number = type_of(last->type)->element;
    const struct llmopt_type *element = type_of(number);
    size_t from = last->bit_offset / 8;
    size_t count = slot->size > from ? (slot->size - from) / element_size(number) : 0;
    memset(slot->begin, 0, slot->size);
    value_in(slot->type, slot->begin, mixed(slot->path, 60), &context);
    if (is_number(element)) {
        fill_numbers(element, content_place(slot), slot->begin + from, count);
        if ((element->flags & LLMOPT_TEXT) && !scene.noise) {
            size_t length = own_text(slot) + 1;
            memcpy(slot->begin + from, scratch, length < count ? length : count);
        }
        return;
    }
    for (size_t i = 0; i < count; i++)
        value_in(number, slot->begin + from + i * element->size, mixed(slot->path, 400 + i),
                 &context);
}

static void fill_slot(struct slot *slot, bool string) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t size = element_size(slot->type), count = slot->size / size;
    slot->filled = true;
    if (holds_text(slot, string)) {
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
            struct context context = {
                slot, slot->record, slot->record_type, slot->least, slot->most, 0, 0, 0, false};
            if (i < end)
                value_in(slot->type, slot->begin + i * size, mixed(slot->path, 60 + i), &context);
        }
    }
}

static struct slot *buffer(unsigned type, uint64_t path, bool fixed, bool string) {
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

/* --- pointers ---------------------------------------------------------------------------- */

static unsigned ways_on(unsigned number) {
    const struct llmopt_type *type = type_of(number);
    unsigned ways = 0;
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        const struct llmopt_type *kind = type_of(field->type);
        ways += kind->kind == LLMOPT_POINTER && kind->element == number &&
                !(field->flags & LLMOPT_BACK);
    }
    return ways;
}

static bool ends_here(unsigned pointee, uint64_t place, const struct context *context,
                      unsigned way) {
    const struct llmopt_type *type = type_of(pointee);
    bool nested = context->slot != 0;
    if (context->roomed && !(type->flags & LLMOPT_SELF)) /* there is a block, or nothing is */
        return !context->room && chance(place, 60);
    if (arena.count >= SLOTS - PARAMETERS)
        return nested;
    if (type->kind != LLMOPT_RECORD || !(type->flags & LLMOPT_SELF))
        return nested && chance(place, 6);
    if (!nested)
        return chance(place, 10);
    if (nodes >= nodes_limit)
        return true;
    if (scene.deep)
        return way ? chance(place, 85) : chance(place, 1);
    return ways_on(pointee) == 1 ? chance(place, 4) : chance(place, 35);
}

static void *pointed(unsigned pointee, uint64_t place, const struct context *context) {
    const struct llmopt_type *type = type_of(pointee);
    if (type->kind == LLMOPT_FUNCTION)
        return (void *)(uintptr_t)llmopt_driver.callbacks[type->element].address;
    if (type->kind == LLMOPT_STREAM)
        return stream_open(place);
    if (type->kind == LLMOPT_OPAQUE || ends_here(pointee, place, context, context->way))
        return 0;
    bool self = type->kind == LLMOPT_RECORD && (type->flags & LLMOPT_SELF);
    struct slot *slot = buffer(pointee, place, self && !(type->flags & LLMOPT_FLEXIBLE), false);
    if (!slot)
        return 0;
    nodes += self;
    slot->least_size = 0;
    if (context->room && !self && context->room < SLOT_ROOM / 8 / element_size(pointee)) {
        slot->least_size = context->room * element_size(pointee);
        slot->held = context->held;
        slot->size = slot->size > slot->least_size ? slot->size : slot->least_size;
    }
    slot->depth = context->slot ? context->slot->depth + 1 : 0;
    slot->group = context->slot ? mixed(context->slot->path, pointee) : slot->path;
    slot->record = context->record;
    slot->record_type = context->record_type;
    slot->least = context->least;
    slot->most = context->most;
    arena_place(slot);
    return slot->begin;
}

/* --- values ------------------------------------------------------------------------------ */

static void put_bits(unsigned char *record, const struct llmopt_field *field, uint64_t value) {
    for (unsigned long i = 0; i < field->bit_width; i++) {
        unsigned long bit = field->bit_offset + i;
        unsigned char mask = (unsigned char)(1u << bit % 8);
        if (value >> i & 1)
            record[bit / 8] |= mask;
        else
            record[bit / 8] &= (unsigned char)~mask;
    }
}

/* Fields that count, bound and index one another agree. */
static uint64_t counted(const struct llmopt_field *field, uint64_t record_place, uint64_t place) {
    static const struct llmopt_type length = {LLMOPT_INTEGER, 0, 8, 0, 0, 0, 0, 0};
    uint64_t count = scalar_integer(mixed(record_place, 70), &length, LENGTH) % 200;
    uint64_t more = mixed(record_place, 71);
    uint64_t room = count + (chance(more, 40) ? 0 : more % (chance(more, 50) ? 2 : 17));
    if (field->flags & LLMOPT_COUNT)
        return count;
    if (field->flags & LLMOPT_ROOM)
        return room;
    return room ? place % room : 0;
}

/* For how many there is room where a record's pointers lead, as far as a field says it. */
static bool room_in(const struct llmopt_type *type, uint64_t place, uint64_t *room,
                    uint64_t *held) {
    bool found = false;
    *held = 0;
    for (unsigned long i = 0; i < type->count; i++) {
        if (type->fields[i].flags & LLMOPT_COUNT)
            *held = counted(&type->fields[i], place, 0);
        if (type->fields[i].flags & LLMOPT_ROOM) {
            *room = counted(&type->fields[i], place, 0);
            found = true;
        }
    }
    return found;
}

static unsigned self_pointee(const struct llmopt_field *field) {
    const struct llmopt_type *kind = type_of(field->type);
    if (kind->kind != LLMOPT_POINTER)
        return 0;
    const struct llmopt_type *pointee = type_of(kind->element);
    bool self = pointee->kind == LLMOPT_RECORD && (pointee->flags & LLMOPT_SELF);
    return self ? kind->element : 0;
}

/* Notes fields that say something of a list or tree that an earlier field leads to. */
static bool fixed_later(const struct llmopt_type *type, unsigned long index, unsigned char *at,
                        uint64_t place) {
    const struct llmopt_field *field = &type->fields[index];
    unsigned flag = field->flags & (LLMOPT_LAST | LLMOPT_AMONG | LLMOPT_COUNT);
    if (!flag || fixes == FIXES)
        return false;
    for (unsigned long i = 0; i < type->count; i++) {
        unsigned pointee = self_pointee(&type->fields[i]);
        if (i == index || !pointee || &llmopt_driver.types[pointee] == type ||
            (type->fields[i].flags & (LLMOPT_LAST | LLMOPT_AMONG)))
            continue;
        if (flag != LLMOPT_COUNT && pointee != self_pointee(field))
            continue;
        fix[fixes++] =
            (struct fix){flag,    at + field->bit_offset / 8, at + type->fields[i].bit_offset / 8,
                         pointee, type_of(field->type)->size, place};
        return true;
    }
    return false;
}

/* The nodes below a pointer, each before those that it leads to; how many there are. */
static unsigned nodes_from(unsigned char *head, unsigned type, unsigned char **found) {
    unsigned count = 0;
    memcpy(&found[0], head, sizeof *found);
    if (found[0])
        count = 1;
    for (unsigned at = 0; at < count; at++)
        for (unsigned long i = 0; i < type_of(type)->count; i++) {
            const struct llmopt_field *field = &type_of(type)->fields[i];
            unsigned char *next;
            if (self_pointee(field) != type ||
                (field->flags & (LLMOPT_BACK | LLMOPT_LAST | LLMOPT_AMONG)))
                continue;
            memcpy(&next, found[at] + field->bit_offset / 8, sizeof next);
            if (next && count < SLOTS)
                found[count++] = next;
        }
    return count;
}

static void fix_all(void) {
    for (unsigned i = 0; i < fixes; i++) {
        unsigned char *found[SLOTS] = {0};
        uint64_t count = nodes_from(fix[i].head, fix[i].type, found), place = fix[i].place;
        unsigned char *chosen = 0;
        if (fix[i].flag & LLMOPT_COUNT) {
            memcpy(fix[i].at, &count, fix[i].size < 8 ? fix[i].size : 8);
            continue;
        }
        if (count && (fix[i].flag & LLMOPT_LAST))
            chosen = found[count - 1];
        else if (count && !chance(place, 30))
            chosen = found[below(place, count)];
        memcpy(fix[i].at, &chosen, sizeof chosen);
    }
    fixes = 0;
}

static void field_in(const struct llmopt_type *type, unsigned number, unsigned long index,
                     unsigned char *at, uint64_t place, struct context *context,
                     const struct context *outer) {
    const struct llmopt_field *field = &type->fields[index];
    const struct llmopt_type *kind = type_of(field->type);
    unsigned char *here = at + field->bit_offset / 8;
    uint64_t own = mixed(place, 200 + index);
    if (field->bit_width) {
        put_bits(at, field, scalar_integer(own, kind, VALUE));
    } else if (field->flags & LLMOPT_BACK) {
        const void *back = outer->record_type == number ? outer->record : 0;
        memcpy(here, &back, sizeof back);
    } else if (field->flags & LLMOPT_TRUTH) {
        uint64_t value = chance(own, 30);
        memcpy(here, &value, kind->size);
    } else if (fixed_later(type, index, at, own)) {
        memset(here, 0, kind->size);
    } else if (field->flags & (LLMOPT_COUNT | LLMOPT_ROOM | LLMOPT_PLACE)) {
        uint64_t value = as_held(counted(field, place, own), kind);
        memcpy(here, &value, kind->size);
    } else {
        context->roomed =
            kind->kind == LLMOPT_POINTER && room_in(type, place, &context->room, &context->held);
        value_in(field->type, here, own, context);
        context->room = 0;
        context->roomed = false;
    }
}

/* Keys of ordered trees and lists: this one's, and what is left for those below. */
static void record_in(const struct llmopt_type *type, unsigned number, unsigned char *at,
                      uint64_t place, const struct context *outer) {
    struct context inner = {outer->slot, at, number, outer->least, outer->most, 0, 0, 0, false};
    unsigned ways = (type->flags & LLMOPT_SELF) ? ways_on(number) : 0, way = 0;
    bool by_key = false, keyed = false;
    for (unsigned long i = 0; i < type->count; i++)
        by_key |= (type->fields[i].flags & LLMOPT_KEY) != 0;
    bool ordered = ways && (by_key || scene.sorted);
    long least = outer->most > outer->least ? outer->least : 0;
    long most = outer->most > outer->least ? outer->most : 64;
    long key = ways > 1 ? least + (most - least) / 2 : least + (long)below(place, 3);
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        const struct llmopt_type *kind = type_of(field->type);
        if (ordered && kind->kind == LLMOPT_POINTER && kind->element == number &&
            !(field->flags & LLMOPT_BACK)) {
            inner.least = ways > 1 && way == 0 ? least : key + (ways > 1);
            inner.most = ways > 1 && way == 0 ? key : most > key + 1 ? most : key + 64;
            if (ways > 1 && inner.most <= inner.least) {
                memset(at + field->bit_offset / 8, 0, sizeof(void *));
                continue;
            }
            inner.way = way++;
        }
        if (ordered && !keyed && kind->kind == LLMOPT_INTEGER && !field->bit_width &&
            (!by_key || (field->flags & LLMOPT_KEY))) {
            keyed = true;
            memcpy(at + field->bit_offset / 8, &key, kind->size < 8 ? kind->size : 8);
        } else {
            field_in(type, number, i, at, place, &inner, outer);
        }
    }
}

static void value_in(unsigned number, unsigned char *at, uint64_t place,
                     const struct context *context) {
    const struct llmopt_type *type = type_of(number);
    switch (type->kind) {
    case LLMOPT_INTEGER:
    case LLMOPT_BOOLEAN: {
        uint64_t value = scalar_integer(
            place, type, scene.lengths && chance(mixed(place, 80), 60) ? LENGTH : VALUE);
        uint64_t wide[2] = {value, 0};
        memcpy(at, wide, type->size);
        break;
    }
    case LLMOPT_FLOAT:
        series_float(place, at, type->size, series_of(place), below(place, 9));
        break;
    case LLMOPT_POINTER: {
        void *value = pointed(type->element, mixed(place, 90), context);
        memcpy(at, &value, sizeof value);
        break;
    }
    case LLMOPT_RECORD:
        record_in(type, number, at, place, context);
        break;
    case LLMOPT_UNION:
        if (type->count)
            value_in(type->fields[below(place, type->count)].type, at, mixed(place, 91), context);
        break;
    case LLMOPT_ARRAY: {
        const struct llmopt_type *element = type_of(type->element);
        if (element->kind == LLMOPT_INTEGER && (element->flags & LLMOPT_TEXT) && type->count &&
            !scene.noise)
            text(place, at, type->count < TEXT_MOST ? type->count : TEXT_MOST);
        else if (is_number(element))
            fill_numbers(element, place, at, type->count);
        else
            for (unsigned long i = 0; i < type->count; i++)
                value_in(type->element, at + i * element->size, mixed(place, 300 + i), context);
        break;
    }
    default:
        break;
    }
}

void generate_value(unsigned type, unsigned char *at, uint64_t place) {
    struct context nobody = {0, 0, 0, 0, 0, 0, 0, 0, false};
    value_in(type, at, place, &nobody);
}

void generate_globals(unsigned call) {
    uint64_t place = call ? mixed(scene.place, 3000 + call) : scene.place;
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++) {
        const struct llmopt_global *global = &llmopt_driver.globals[i];
        if (global->flags & LLMOPT_VARIED)
            generate_value(global->type, global->address, mixed(place, 2000 + i));
    }
}

/* --- parameters -------------------------------------------------------------------------- */

static uint64_t parameter_place(unsigned call, unsigned number) {
    return mixed(mixed(scene.place, 1000 + call), number);
}

/* A character that the function is told of: the texts of the case hold it as well. */
static uint64_t letter(uint64_t place, const struct llmopt_type *type) {
    static const char usual[] = ",;:\t |\"'\\=/.a0\n-";
    uint64_t value = mixed(place, 1);
    uint64_t kind = below(place, 10);
    unsigned char chosen = (unsigned char)usual[value % (sizeof usual - 1)];
    if (kind < 5 && request.letter_count)
        chosen = request.letters[value % request.letter_count];
    else if (kind == 9)
        chosen = (unsigned char)value;
    scene.letter = chosen;
    return as_held(chosen, type);
}

/* One length beyond 16 bits, and all others so small that there is room. */
static uint64_t giant(uint64_t place, unsigned parameter) {
    uint64_t count = llmopt_driver.parameter_count, value = mixed(place, 2);
    if (below(mixed(scene.place, 21), count) == parameter || chance(place, 25))
        return chance(value, 70)   ? 65533 + value % 80
               : chance(value, 50) ? 131070 + value % 10
                                   : 4090 + value % 20;
    return value % 4;
}

static uint64_t alike(const unsigned char *frame, unsigned parameter, uint64_t value) {
    for (unsigned i = 0; i < parameter; i++) {
        const struct llmopt_parameter *before = &llmopt_driver.parameters[i];
        const struct llmopt_type *type = type_of(before->type);
        if (type->kind == LLMOPT_INTEGER && type->size <= 8 &&
            chance(mixed(scene.place, 22 + parameter), 70)) {
            value = 0;
            memcpy(&value, frame + before->offset, type->size);
            return value;
        }
    }
    return value;
}

static void put_integer(const struct llmopt_parameter *parameter, unsigned char *at,
                        uint64_t place) {
    const struct llmopt_type *type = type_of(parameter->type);
    bool length = scene.lengths && chance(mixed(place, 81), 85);
    uint64_t value = scalar_integer(place, type, length ? LENGTH : VALUE);
    unsigned at_number = (unsigned)(parameter - llmopt_driver.parameters);
    if ((type->flags & LLMOPT_TEXT) || (type->size == 1 && chance(mixed(place, 84), 50)))
        value = letter(mixed(place, 82), type);
    else if (scene.giant)
        value = as_held(giant(mixed(place, 83), at_number), type);
    else if (scene.alike)
        value = as_held(alike(at - parameter->offset, at_number, value), type);
    if (parameter->flags & LLMOPT_RANGED) {
        int64_t held = (int64_t)value;
        uint64_t width = (uint64_t)parameter->high - (uint64_t)parameter->low + 1;
        if (held < parameter->low || held > parameter->high)
            value = (uint64_t)parameter->low + (width ? value % width : value);
    }
    uint64_t wide[2] = {value, 0};
    if (type->size > 8 && (type->flags & LLMOPT_SIGNED) && value >> 63)
        wide[1] = ~(uint64_t)0;
    memcpy(at, wide, type->size);
}

static void *measured(unsigned call, unsigned number, unsigned pointee, uint64_t path) {
    unsigned long count = llmopt_driver.length(number, frames[call]);
    size_t size = element_size(pointee);
    struct slot *slot = buffer(pointee, path, true, false);
    if (!slot)
        return 0;
    /* So many that there is no room: who looks at more than the first faults. */
    slot->size = (count > SLOT_ROOM / size ? 64 : count) * size;
    arena_place(slot);
    return slot->begin;
}

static void *string_buffer(unsigned pointee, uint64_t path) {
    struct slot *slot = buffer(pointee, path, true, true);
    if (!slot)
        return 0;
    arena_place(slot);
    fill_slot(slot, true);
    return slot->begin;
}

void generate_parameter(unsigned call, unsigned number) {
    const struct llmopt_parameter *parameter = &llmopt_driver.parameters[number];
    const struct llmopt_type *type = type_of(parameter->type);
    unsigned char *at = frames[call] + parameter->offset;
    uint64_t place = parameter_place(call, number);
    void *pointer = 0;
    if (type->kind == LLMOPT_INTEGER) {
        put_integer(parameter, at, place);
        nudge_parameter(call, number);
        return;
    }
    if (type->kind != LLMOPT_POINTER) {
        generate_value(parameter->type, at, place);
        return;
    }
    if (scene.null != number) {
        struct context nobody = {0, 0, 0, 0, 0, 0, 0, 0, false};
        if (parameter->flags & LLMOPT_MEASURED)
            pointer = measured(call, number, type->element, mixed(place, 90));
        else if (parameter->flags & LLMOPT_STRING)
            pointer = string_buffer(type->element, mixed(place, 90));
        else
            pointer = pointed(type->element, mixed(place, 90), &nobody);
        struct slot *slot = arena_find(pointer);
        if (slot) {
            if (parameter->flags & LLMOPT_SINGLE) {
                /* A record is there as a whole, whether or not it is looked at. */
                slot->least_size = element_size(slot->type);
                slot->fixed = !(type_of(slot->type)->flags & LLMOPT_FLEXIBLE);
                if (slot->fixed && slot->size != slot->least_size) {
                    slot->size = slot->least_size;
                    arena_place(slot);
                    pointer = slot->begin;
                }
            }
            slot->owner_call = call;
            slot->owner_parameter = number;
            slot->constant = (type->flags & LLMOPT_CONSTANT) && scene.constant;
        }
    }
    memcpy(at, &pointer, sizeof pointer);
}

void generate_overlapping(unsigned call) {
    const struct llmopt_parameter *other = &llmopt_driver.parameters[scene.other];
    const struct llmopt_parameter *same = &llmopt_driver.parameters[scene.same];
    unsigned char *pointer;
    memcpy(&pointer, frames[call] + same->offset, sizeof pointer);
    struct slot *slot = arena_find(pointer);
    if (pointer)
        pointer += (size_t)scene.apart * element_size(type_of(other->type)->element);
    if (slot)
        slot->constant = false;
    memcpy(frames[call] + other->offset, &pointer, sizeof pointer);
}

static bool like_bytes(const struct llmopt_type *type) {
    return type->kind == LLMOPT_VOID || (type->kind == LLMOPT_INTEGER && type->size == 1);
}

/* A buffer that something but a parameter points to, and that a pointer may lead into as well.
 * Records are often one of those in a list; that numbers and texts are is rarer. */
static struct slot *nested_like(unsigned pointee, uint64_t place) {
    unsigned start = arena.count ? (unsigned)below(place, arena.count) : 0;
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[(start + i) % arena.count];
        const struct llmopt_type *held = type_of(slot->type);
        bool same = slot->type == pointee || (like_bytes(held) && like_bytes(type_of(pointee)));
        if (slot->used && slot->depth && same &&
            (held->kind == LLMOPT_RECORD || chance(mixed(place, 1), 33)))
            return slot;
    }
    return 0;
}

/* Whether as many elements as the call's largest integer says are there; `most` is then how far
 * behind the first of them they may begin, and one more. */
static bool inside(unsigned call, size_t room, size_t *most) {
    uint64_t largest = 0;
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++) {
        const struct llmopt_parameter *parameter = &llmopt_driver.parameters[i];
        const struct llmopt_type *type = type_of(parameter->type);
        uint64_t value = 0;
        if (type->kind != LLMOPT_INTEGER || type->size > sizeof value)
            continue;
        memcpy(&value, frames[call] + parameter->offset, type->size);
        largest = value > largest ? value : largest;
    }
    *most = largest <= room ? room - largest + 1 : 0;
    return largest <= room;
}

void generate_inner(unsigned call) {
    if (!scene.inner || scene.giant)
        return;
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++) {
        const struct llmopt_parameter *parameter = &llmopt_driver.parameters[i];
        const struct llmopt_type *type = type_of(parameter->type);
        unsigned distinct = LLMOPT_RESTRICT | LLMOPT_DISTINCT;
        if (type->kind != LLMOPT_POINTER || (type->flags & distinct) ||
            (parameter->flags & distinct))
            continue;
        struct slot *slot = nested_like(type->element, mixed(scene.place, 96 + i));
        if (!slot)
            continue;
        uint64_t place = mixed(slot->path, 95);
        unsigned char *pointer = slot->begin;
        if (type_of(slot->type)->kind != LLMOPT_RECORD) {
            size_t most = 12;
            if (parameter->flags & LLMOPT_MEASURED) {
                size_t room = slot->least_size / element_size(slot->type);
                size_t count = llmopt_driver.length(i, frames[call]);
                if (count > room)
                    return;
                most = room - count + 1;
            } else if (slot->least_size && !inside(call, slot->held, &most)) {
                return;
            }
            pointer += element_size(slot->type) * (chance(place, 40) ? 0 : below(place, most));
        }
        slot->constant = false;
        memcpy(frames[call] + parameter->offset, &pointer, sizeof pointer);
        return;
    }
}

void generate_rest(void) {
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].used && !arena.slots[i].filled) {
            fill_slot(&arena.slots[i], false);
            i = NOBODY; /* what it points to may stand before it */
        }
    fix_all();
}

void generate_again(void) {
    anew++;
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        unsigned kind = type_of(slot->type)->kind;
        if (slot->used && !slot->freed && (kind == LLMOPT_INTEGER || kind == LLMOPT_FLOAT))
            fill_slot(slot, false);
    }
}
