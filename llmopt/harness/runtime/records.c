/* Values by their types: pointers with what they lead to, records whose fields agree, lists, trees.
 */
#include "making.h"

#include "case.h"
#include "generate.h"
#include "random.h"
#include "state.h"
#include "stream.h"
#include "texts.h"

#include <string.h>

STATE static unsigned nodes = 0;       /* nested records made so far */
STATE static unsigned nodes_limit = 0; /* and how many there may be */

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

void records_begin(void) {
    nodes = 0;
    nodes_limit = (unsigned)below(mixed(scene.place, 20), chance(scene.place, 80) ? 9 : NODES);
    if (scene.deep)
        nodes_limit = DEEP;
    fixes = 0;
}

unsigned ways_on(unsigned number) {
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

/* Whether a pointer is NULL now and then in the case: else few cases of many records had none. */
static bool may_be_null(const struct context *context) {
    uint64_t place = mixed(scene.place, 60 + context->record_type);
    return !scene.whole && chance(mixed(place, context->field), 35);
}

static bool ends_here(unsigned pointee, uint64_t place, const struct context *context,
                      unsigned way) {
    const struct llmopt_type *type = type_of(pointee);
    bool nested = context->slot != 0;
    if (context->roomed && !(type->flags & LLMOPT_SELF)) /* there is a block, or nothing is */
        return !context->room && chance(place, 60);
    if (type->kind != LLMOPT_RECORD || !(type->flags & LLMOPT_SELF))
        return nested && may_be_null(context) && chance(place, 15);
    if (!nested)
        return chance(place, 10);
    if (nodes >= nodes_limit)
        return true;
    if (scene.deep)
        return way ? chance(place, 85) : chance(place, 1);
    return ways_on(pointee) == 1 ? chance(place, 4) : chance(place, 35);
}

/* A buffer that another pointer of many leads to as well; NULL where there is none. */
static void *shared(unsigned pointee, uint64_t place) {
    unsigned start = (unsigned)below(place, arena.count);
    for (unsigned i = 0; i < arena.count; i++) {
        const struct slot *slot = &arena.slots[(start + i) % arena.count];
        if (slot->used && !slot->freed && slot->depth && slot->type == pointee)
            return slot->begin;
    }
    return 0;
}

void *pointer_make(unsigned pointee, uint64_t place, const struct context *context) {
    const struct llmopt_type *type = type_of(pointee);
    if (type->kind == LLMOPT_FUNCTION)
        return (void *)(uintptr_t)llmopt_driver.callbacks[type->element].address;
    if (type->kind == LLMOPT_STREAM)
        return stream_open(place);
    if (type->kind == LLMOPT_OPAQUE || ends_here(pointee, place, context, context->way))
        return 0;
    bool self = type->kind == LLMOPT_RECORD && (type->flags & LLMOPT_SELF);
    if (!arena_has_room(place))
        return self ? 0 : shared(pointee, place);
    struct slot *slot =
        buffer_make(pointee, place, self && !(type->flags & LLMOPT_FLEXIBLE), false);
    if (!slot)
        return 0;
    nodes += self;
    size_t many = self ? many_nodes(pointee, place) : 0;
    if (many) {
        nodes = nodes_limit; /* it is the case's only list, but for what is there already */
        slot->many = true;
        slot->size = many * element_size(pointee);
    }
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

/* As large as a number of things may be: no object is larger than half of all addresses. */
static uint64_t more_than_there(uint64_t place, const struct llmopt_type *type) {
    unsigned bits = (unsigned)(type->size < 8 ? type->size * 8 : 64);
    bool half = bits == 64 || (type->flags & LLMOPT_SIGNED);
    return (UINT64_MAX >> (64 - bits + half)) - below(place, chance(place, 50) ? 3 : 6000);
}

/* Fields that count, bound and index one another agree. */
static uint64_t counted(const struct llmopt_field *field, uint64_t record_place, uint64_t place) {
    static const struct llmopt_type length = {LLMOPT_INTEGER, 0, 8, 0, 0, 0, 0, 0};
    if (chance(mixed(record_place, 72), 4))
        return more_than_there(mixed(record_place, 73), type_of(field->type));
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

unsigned self_pointee(const struct llmopt_field *field) {
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

STATE static unsigned char *found[MANY_NODES] = {0};

/* Finds the nodes below a pointer, each before those that it leads to; how many there are. */
static unsigned nodes_from(unsigned char *head, unsigned type) {
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
            if (next && count < MANY_NODES)
                found[count++] = next;
        }
    return count;
}

void records_settle(void) {
    for (unsigned i = 0; i < fixes; i++) {
        uint64_t count = nodes_from(fix[i].head, fix[i].type), place = fix[i].place;
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
    uint64_t own = case_varied(mixed(place, 200 + index), 1 + type->count / 2);
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
    } else if (scene.alike && kind->kind == LLMOPT_INTEGER && !kind->count && kind->size <= 8 &&
               chance(mixed(own, 1), 75)) {
        /* Sides that fit each other, in whatever records they stand. */
        uint64_t value = as_held(1 + below(mixed(scene.place, 27), 24), kind);
        memcpy(here, &value, kind->size);
    } else {
        context->field = index;
        context->roomed =
            kind->kind == LLMOPT_POINTER && room_in(type, place, &context->room, &context->held);
        value_make(field->type, here, own, context);
        context->room = 0;
        context->roomed = false;
    }
}

static bool may_order(const struct llmopt_field *field, bool by_key) {
    return type_of(field->type)->kind == LLMOPT_INTEGER && !field->bit_width &&
           (!by_key || (field->flags & LLMOPT_KEY));
}

static const struct llmopt_field *first_key(const struct llmopt_type *type, bool by_key) {
    for (unsigned long i = 0; i < type->count; i++)
        if (may_order(&type->fields[i], by_key))
            return &type->fields[i];
    return 0;
}

const struct llmopt_field *key_of(const struct llmopt_type *type, bool sorted) {
    const struct llmopt_field *named = first_key(type, true);
    return named || !sorted ? named : first_key(type, false);
}

/* Between what numbers the keys of a whole list or tree lie: about zero, at the end of the type, or
 * all over it, but so that a difference is none too large. */
static void span(const struct llmopt_field *field, uint64_t place, long *least, long *most) {
    const struct llmopt_type *key = field ? type_of(field->type) : 0;
    bool half = key && (key->flags & LLMOPT_SIGNED);
    unsigned bits = key && key->size < 8 ? (unsigned)key->size * 8 - half : 63;
    long last = (long)(UINT64_MAX >> (64 - bits));
    uint64_t kind = below(mixed(place, 100), 8);
    *least = half && kind & 1 ? -32 : 0;
    *most = 64;
    if (kind == 4) {
        *least = last - 64;
        *most = last;
    } else if (kind >= 5) {
        *least = half ? -(last / 2) : 0;
        *most = last / 2;
    }
}

/* The key of a list's next record. */
static long further(long least, long most, uint64_t place) {
    uint64_t room = (uint64_t)(most - least), step = below(place, 3);
    if (room > 1000 && chance(mixed(place, 101), 40))
        step = below(mixed(place, 102), room / 3);
    if (chance(mixed(place, 103), 5))
        step = room;
    return least + (long)(step < room ? step : room);
}

/* Keys of ordered trees and lists: this one's, and what is left for those below. */
static void record_in(const struct llmopt_type *type, unsigned number, unsigned char *at,
                      uint64_t place, const struct context *outer) {
    struct context inner = *outer;
    inner.record = at;
    inner.record_type = number;
    inner.room = inner.held = inner.way = 0;
    inner.roomed = false;
    unsigned ways = (type->flags & LLMOPT_SELF) ? ways_on(number) : 0, way = 0;
    bool by_key = false, keyed = false;
    for (unsigned long i = 0; i < type->count; i++)
        by_key |= (type->fields[i].flags & LLMOPT_KEY) != 0;
    bool ordered = ways && (by_key || scene.sorted);
    long least = outer->least, most = outer->most;
    if (most <= least)
        span(first_key(type, by_key), place, &least, &most);
    long key = ways > 1 ? least + (most - least) / 2 : further(least, most, place);
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        const struct llmopt_type *kind = type_of(field->type);
        if (ordered && kind->kind == LLMOPT_POINTER && kind->element == number &&
            !(field->flags & LLMOPT_BACK)) {
            inner.least = ways > 1 && way == 0 ? least : key + (ways > 1);
            inner.most = ways > 1 && way == 0 ? key : most;
            if (inner.most <= inner.least) { /* there is no other key */
                memset(at + field->bit_offset / 8, 0, sizeof(void *));
                continue;
            }
            inner.way = way++;
        }
        if (ordered && !keyed && may_order(field, by_key)) {
            keyed = true;
            memcpy(at + field->bit_offset / 8, &key, kind->size < 8 ? kind->size : 8);
        } else {
            field_in(type, number, i, at, place, &inner, outer);
        }
    }
}

void value_make(unsigned number, unsigned char *at, uint64_t place, const struct context *context) {
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
        void *value = pointer_make(type->element, mixed(place, 90), context);
        memcpy(at, &value, sizeof value);
        break;
    }
    case LLMOPT_RECORD:
        record_in(type, number, at, place, context);
        break;
    case LLMOPT_UNION:
        if (type->count)
            value_make(type->fields[below(place, type->count)].type, at, mixed(place, 91), context);
        break;
    case LLMOPT_ARRAY: {
        const struct llmopt_type *element = type_of(type->element);
        if (element->kind == LLMOPT_INTEGER && (element->flags & LLMOPT_TEXT) && type->count &&
            !scene.noise)
            text(place, at, type->count < TEXT_MOST ? type->count : TEXT_MOST, 0);
        else if (is_number(element))
            numbers_fill(element, place, at, type->count);
        else
            for (unsigned long i = 0; i < type->count; i++)
                value_make(type->element, at + i * element->size, mixed(place, 300 + i), context);
        break;
    }
    default:
        break;
    }
}
