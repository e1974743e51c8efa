#include "generate.h"

#include "arena.h"
#include "case.h"
#include "random.h"
#include "state.h"
#include "stream.h"
#include "values.h"

#include <string.h>

STATE static unsigned nodes = 0;       /* nested records made so far */
STATE static unsigned nodes_limit = 0; /* and how many there may be */
STATE static uint64_t anew = 0;        /* other content for the same buffers */

/* Where a value stands: the record that holds it, and the slot. */
struct context {
    struct slot *slot;
    const unsigned char *record;
    unsigned record_type;
    long least, most;
};

static const struct llmopt_type *type_of(unsigned type) { return &llmopt_driver.types[type]; }

static size_t element_size(unsigned type) {
    size_t size = type_of(type)->size;
    return size ? size : 1;
}

void generate_begin(void) {
    nodes = 0;
    nodes_limit = (unsigned)below(mixed(scene.place, 20), chance(scene.place, 80) ? 9 : NODES);
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

#define TEXT_MOST 1024

static size_t guessed(struct slot *slot, bool string) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t size = element_size(slot->type);
    if (holds_text(slot, string)) {
        unsigned char bytes[TEXT_MOST];
        return text(content_place(slot), bytes, sizeof bytes) + 1;
    }
    if (slot->fixed)
        return size;
    if (type->kind == LLMOPT_INTEGER || type->kind == LLMOPT_FLOAT || type->kind == LLMOPT_VOID)
        return size * 32;
    return size * 4;
}

static void fill_text(const struct slot *slot) {
    unsigned char bytes[TEXT_MOST];
    uint64_t place = content_place(slot);
    size_t length = text(place, bytes, sizeof bytes) + 1;
    size_t copied = length < slot->size ? length : slot->size;
    memcpy(slot->begin, bytes, copied);
    for (size_t i = copied; i < slot->size; i++)
        slot->begin[i] = (unsigned char)("az 09,\0~"[mixed(place, i) % 8]);
}

static enum series series_of(uint64_t place) {
    if (scene.sorted && chance(mixed(place, 40), 70))
        return chance(mixed(place, 41), 80) ? RISING : FALLING;
    return (enum series)below(mixed(place, 42), SERIES);
}

static void fill_numbers(const struct llmopt_type *type, uint64_t place, unsigned char *at,
                         size_t count) {
    enum series series = series_of(place);
    for (size_t i = 0; i < count; i++)
        if (type->kind == LLMOPT_FLOAT) {
            series_float(place, at + i * type->size, type->size, series, i);
        } else {
            uint64_t value = series_integer(place, type, series, i), wide[2] = {value, 0};
            if (type->size > 8 && (type->flags & LLMOPT_SIGNED) && value >> 63)
                wide[1] = ~(uint64_t)0;
            memcpy(at + i * type->size, wide, type->size);
        }
}

static void fill_bytes(uint64_t place, unsigned char *at, size_t count) {
    static const struct llmopt_type byte = {LLMOPT_INTEGER, 0, 1, 0, 0, 0, 0, 0};
    fill_numbers(&byte, place, at, count);
}

static void value_in(unsigned number, unsigned char *at, uint64_t place,
                     const struct context *context);

static bool is_number(const struct llmopt_type *type) {
    return type->kind == LLMOPT_INTEGER || type->kind == LLMOPT_FLOAT ||
           type->kind == LLMOPT_BOOLEAN;
}

static void fill_slot(struct slot *slot, bool string) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t size = element_size(slot->type), count = slot->size / size;
    slot->filled = true;
    if (holds_text(slot, string)) {
        fill_text(slot);
    } else if (type->kind == LLMOPT_VOID) {
        fill_bytes(content_place(slot), slot->begin, slot->size);
    } else if (is_number(type)) {
        fill_numbers(type, content_place(slot), slot->begin, count);
    } else {
        /* Lists of pointers often end with NULL. */
        bool ended = type->kind == LLMOPT_POINTER && chance(mixed(slot->path, 50), 50);
        size_t end = ended ? below(mixed(slot->path, 51), 9) : count;
        memset(slot->begin, 0, slot->size);
        for (size_t i = 0; i < count; i++) {
            struct context context = {slot, slot->record, slot->record_type, slot->least,
                                      slot->most};
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

static bool ends_here(unsigned pointee, uint64_t place, const struct context *context) {
    const struct llmopt_type *type = type_of(pointee);
    bool nested = context->slot != 0;
    if (arena.count >= SLOTS - PARAMETERS)
        return nested;
    if (type->kind != LLMOPT_RECORD || !(type->flags & LLMOPT_SELF))
        return nested && chance(place, 6);
    if (!nested)
        return chance(place, 10);
    if (nodes >= nodes_limit)
        return true;
    return ways_on(pointee) == 1 ? chance(place, 4) : chance(place, 35);
}

static void *pointed(unsigned pointee, uint64_t place, const struct context *context) {
    const struct llmopt_type *type = type_of(pointee);
    if (type->kind == LLMOPT_FUNCTION)
        return (void *)(uintptr_t)llmopt_driver.callbacks[type->element].address;
    if (type->kind == LLMOPT_STREAM)
        return stream_open(place);
    if (type->kind == LLMOPT_OPAQUE || ends_here(pointee, place, context))
        return 0;
    bool self = type->kind == LLMOPT_RECORD && (type->flags & LLMOPT_SELF);
    struct slot *slot = buffer(pointee, place, self, false);
    if (!slot)
        return 0;
    nodes += self;
    slot->depth = context->slot ? context->slot->depth + 1 : 0;
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
    } else if (field->flags & (LLMOPT_COUNT | LLMOPT_ROOM | LLMOPT_PLACE)) {
        uint64_t value = as_held(counted(field, place, own), kind);
        memcpy(here, &value, kind->size);
    } else {
        value_in(field->type, here, own, context);
    }
}

/* Keys of ordered trees and lists: this one's, and what is left for those below. */
static void record_in(const struct llmopt_type *type, unsigned number, unsigned char *at,
                      uint64_t place, const struct context *outer) {
    struct context inner = {outer->slot, at, number, outer->least, outer->most};
    unsigned ways = (type->flags & LLMOPT_SELF) ? ways_on(number) : 0, way = 0;
    bool ordered = scene.sorted && ways, keyed = false;
    long least = outer->most > outer->least ? outer->least : 0;
    long most = outer->most > outer->least ? outer->most : 64;
    long key = ways > 1 ? least + (most - least) / 2 : least + (long)below(place, 3);
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        const struct llmopt_type *kind = type_of(field->type);
        if (ordered && kind->kind == LLMOPT_POINTER && kind->element == number &&
            !(field->flags & LLMOPT_BACK)) {
            inner.least = ways > 1 && way == 0 ? least : key + 1;
            inner.most = ways > 1 && way == 0 ? key : most > key + 1 ? most : key + 64;
            if (ways > 1 && inner.most <= inner.least) {
                memset(at + field->bit_offset / 8, 0, sizeof(void *));
                continue;
            }
            way++;
        }
        if (ordered && !keyed && kind->kind == LLMOPT_INTEGER && !field->bit_width) {
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
    struct context nobody = {0, 0, 0, 0, 0};
    value_in(type, at, place, &nobody);
}

void generate_globals(void) {
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++) {
        const struct llmopt_global *global = &llmopt_driver.globals[i];
        if (global->flags & LLMOPT_VARIED)
            generate_value(global->type, global->address, mixed(scene.place, 2000 + i));
    }
}

/* --- parameters -------------------------------------------------------------------------- */

static uint64_t parameter_place(unsigned call, unsigned number) {
    return mixed(mixed(scene.place, 1000 + call), number);
}

static void put_integer(const struct llmopt_parameter *parameter, unsigned char *at,
                        uint64_t place) {
    const struct llmopt_type *type = type_of(parameter->type);
    bool length = scene.lengths && chance(mixed(place, 81), 85);
    uint64_t value = scalar_integer(place, type, length ? LENGTH : VALUE);
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
    slot->size = count > SLOT_ROOM / size ? SLOT_ROOM / size * size : count * size;
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
        return;
    }
    if (type->kind != LLMOPT_POINTER) {
        generate_value(parameter->type, at, place);
        return;
    }
    if (scene.null != number) {
        struct context nobody = {0, 0, 0, 0, 0};
        if (parameter->flags & LLMOPT_MEASURED)
            pointer = measured(call, number, type->element, mixed(place, 90));
        else if (parameter->flags & LLMOPT_STRING)
            pointer = string_buffer(type->element, mixed(place, 90));
        else
            pointer = pointed(type->element, mixed(place, 90), &nobody);
        struct slot *slot = arena_find(pointer);
        if (slot) {
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

void generate_rest(void) {
    for (unsigned i = 0; i < arena.count; i++)
        if (arena.slots[i].used && !arena.slots[i].filled) {
            fill_slot(&arena.slots[i], false);
            i = NOBODY; /* what it points to may stand before it */
        }
}

void generate_again(void) {
    anew++;
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        unsigned kind = type_of(slot->type)->kind;
        if (slot->used && !slot->freed && !slot->constant &&
            (kind == LLMOPT_INTEGER || kind == LLMOPT_FLOAT))
            fill_slot(slot, false);
    }
}
