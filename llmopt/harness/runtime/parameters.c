/* The arguments of a call. */
#include "generate.h"

#include "case.h"
#include "making.h"
#include "nudge.h"
#include "random.h"

#include <string.h>

static uint64_t parameter_place(unsigned call, unsigned number) {
    uint64_t place = mixed(mixed(scene.place, 1000 + call + 8 * scene.round), number);
    return case_varied(place, 1 + llmopt_driver.parameter_count / 2);
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
    uint64_t value = mixed(place, 2), integers = 0, chosen = parameter;
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++)
        if (type_of(llmopt_driver.parameters[i].type)->kind == LLMOPT_INTEGER &&
            !below(mixed(mixed(scene.place, 21), i), ++integers))
            chosen = i;
    bool equal = chance(mixed(scene.place, 22), 50); /* all that are large */
    if (chosen == parameter || chance(place, equal ? 40 : 25)) {
        value = equal ? mixed(scene.place, 23) : value;
        return chance(value, 70)   ? 65533 + value % 80
               : chance(value, 50) ? 131070 + value % 10
                                   : 4090 + value % 20;
    }
    return value % 4;
}

static uint64_t alike(const unsigned char *frame, unsigned parameter, uint64_t value) {
    for (unsigned i = 0; i < parameter; i++) {
        const struct llmopt_parameter *before = &llmopt_driver.parameters[i];
        const struct llmopt_type *type = type_of(before->type);
        if (type->kind == LLMOPT_INTEGER && type->size <= 8 &&
            chance(mixed(scene.place, 600 + parameter), 70)) {
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
    /* Of two bytes or less most are something else. */
    bool length = scene.lengths && chance(mixed(place, 81), type->size > 2 ? 85 : 40);
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
        if (chance(mixed(place, 85), 70) && (!width || width > 100))
            width = 100; /* most that are large take long, and show no more */
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
    struct slot *slot = buffer_make(pointee, path, true, false);
    if (!slot)
        return 0;
    slot->told = true;
    slot->many = are_many(pointee, count);
    /* So many that there is no room: who looks at more than the first faults. */
    slot->size = (count > (slot->many ? SLOT_MOST : SLOT_ROOM) / size ? 64 : count) * size;
    arena_place(slot);
    return slot->begin;
}

static void *string_buffer(unsigned pointee, uint64_t path) {
    struct slot *slot = buffer_make(pointee, path, true, true);
    if (!slot)
        return 0;
    arena_place(slot);
    buffer_fill(slot, true);
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
        struct context nobody = context_in(0);
        if (parameter->flags & LLMOPT_MEASURED)
            pointer = measured(call, number, type->element, mixed(place, 90));
        else if (parameter->flags & LLMOPT_STRING)
            pointer = string_buffer(type->element, mixed(place, 90));
        else
            pointer = pointer_make(type->element, mixed(place, 90), &nobody);
        struct slot *slot = arena_find(pointer);
        if (slot) {
            if ((parameter->flags & LLMOPT_SINGLE) && !slot->many) {
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
    size_t size = element_size(type_of(other->type)->element), apart = (size_t)scene.apart;
    if (slot && (other->flags & LLMOPT_MEASURED)) {
        /* The buffer is as long as both need it. */
        size_t needed = (apart + llmopt_driver.length(scene.other, frames[call])) * size;
        if (needed > slot->size && needed <= SLOT_ROOM) {
            slot->size = needed;
            arena_place(slot);
            pointer = slot->begin;
            memcpy(frames[call] + same->offset, &pointer, sizeof pointer);
        }
    } else if (slot && (same->flags & LLMOPT_MEASURED) && slot->size >= size) {
        apart %= slot->size / size;
    }
    if (pointer)
        pointer += apart * size;
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

static uint64_t largest_integer(unsigned call) {
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
    return largest;
}

/* Whether as many elements as the call's largest integer says are there; `most` is then how far
 * behind the first of them they may begin, and one more. */
static bool inside(unsigned call, size_t room, size_t *most) {
    uint64_t largest = largest_integer(call);
    *most = largest <= room ? room - largest + 1 : 0;
    return largest <= room;
}

/* The buffer of a record that another parameter points to, and that this one may lead into. */
static struct slot *record_of(unsigned call, unsigned number, unsigned other,
                              unsigned char **begin) {
    const struct llmopt_parameter *parameter = &llmopt_driver.parameters[other];
    const struct llmopt_type *type = type_of(parameter->type);
    if (other == number || type->kind != LLMOPT_POINTER ||
        type_of(type->element)->kind != LLMOPT_RECORD || (type->flags & LLMOPT_RESTRICT) ||
        (parameter->flags & LLMOPT_DISTINCT))
        return 0;
    memcpy(begin, frames[call] + parameter->offset, sizeof *begin);
    struct slot *slot = arena_find(*begin);
    bool there = slot && !slot->freed && slot->type == type->element &&
                 *begin + element_size(slot->type) <= slot->begin + slot->size;
    return there ? slot : 0;
}

/* A number in a record that another parameter points to, of the type that this one points to. */
static unsigned char *member_like(unsigned call, unsigned number, unsigned pointee, uint64_t place,
                                  struct slot **slot) {
    unsigned char *chosen = 0;
    unsigned fit = 0;
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++) {
        unsigned char *begin;
        struct slot *found = record_of(call, number, i, &begin);
        const struct llmopt_type *record = found ? type_of(found->type) : 0;
        for (unsigned long k = 0; found && k < record->count; k++)
            if (record->fields[k].type == pointee && !record->fields[k].bit_width &&
                !below(mixed(place, 10 + k), ++fit)) {
                chosen = begin + record->fields[k].bit_offset / 8;
                *slot = found;
            }
    }
    return chosen;
}

/* How many bytes from a field of a record on are those of numbers only, one behind the other: those
 * of pointers and of padding nobody has to keep. */
static size_t plain_bytes(const struct llmopt_type *record, unsigned long first) {
    size_t begin = record->fields[first].bit_offset / 8, end = begin;
    for (unsigned long i = first; i < record->count; i++) {
        const struct llmopt_field *field = &record->fields[i];
        const struct llmopt_type *type = type_of(field->type);
        const struct llmopt_type *held = type->kind == LLMOPT_ARRAY ? type_of(type->element) : type;
        bool number =
            held->kind == LLMOPT_INTEGER || (held->kind == LLMOPT_FLOAT && held->size <= 8);
        if (!number || field->bit_width || field->bit_offset / 8 != end)
            break;
        end += type->size;
    }
    return end - begin;
}

/* How many bytes are looked at behind a pointer, as far as anything says so; 0: nothing does. */
static size_t bytes_needed(unsigned call, unsigned number) {
    const struct llmopt_parameter *parameter = &llmopt_driver.parameters[number];
    if (parameter->flags & LLMOPT_STRING)
        return 0;
    if (parameter->flags & LLMOPT_MEASURED)
        return llmopt_driver.length(number, frames[call]);
    return largest_integer(call);
}

/* A pointer to bytes leads to those of a record that another parameter points to. */
static bool lead_to_bytes(unsigned call, unsigned number, uint64_t place) {
    const struct llmopt_parameter *parameter = &llmopt_driver.parameters[number];
    size_t needed = bytes_needed(call, number);
    unsigned char *chosen = 0;
    struct slot *slot = 0;
    uint64_t fit = 0;
    for (unsigned i = 0; needed && i < llmopt_driver.parameter_count; i++) {
        unsigned char *begin;
        struct slot *found = record_of(call, number, i, &begin);
        const struct llmopt_type *record = found ? type_of(found->type) : 0;
        for (unsigned long k = 0; found && k < record->count; k++) {
            size_t room = plain_bytes(record, k);
            uint64_t own = mixed(place, 200 + k + 1000 * i);
            if (room < needed || below(own, ++fit))
                continue;
            chosen = begin + record->fields[k].bit_offset / 8;
            if (chance(mixed(own, 1), 30))
                chosen += room - needed;
            slot = found;
        }
    }
    if (!chosen)
        return false;
    slot->constant = false;
    memcpy(frames[call] + parameter->offset, &chosen, sizeof chosen);
    return true;
}

/* A pointer to numbers leads to a member of a record. */
static bool lead_to_member(unsigned call, unsigned number, uint64_t place) {
    const struct llmopt_parameter *parameter = &llmopt_driver.parameters[number];
    unsigned pointee = type_of(parameter->type)->element;
    struct slot *slot = 0;
    if (type_of(pointee)->kind != LLMOPT_INTEGER && type_of(pointee)->kind != LLMOPT_FLOAT)
        return false;
    unsigned char *member = member_like(call, number, pointee, place, &slot);
    if (!member ||
        ((parameter->flags & LLMOPT_MEASURED) && llmopt_driver.length(number, frames[call]) > 1))
        return false;
    slot->constant = false;
    memcpy(frames[call] + parameter->offset, &member, sizeof member);
    return true;
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
        if (!slot) {
            uint64_t place = mixed(scene.place, 128 + i);
            if (like_bytes(type_of(type->element)) && chance(mixed(place, 1), 60) &&
                lead_to_bytes(call, i, mixed(place, 2)))
                return;
            if (lead_to_member(call, i, place))
                return;
            continue;
        }
        uint64_t place = mixed(slot->path, 95);
        unsigned char *pointer = slot->begin;
        if (type_of(slot->type)->kind != LLMOPT_RECORD) {
            size_t most = 12;
            if (parameter->flags & LLMOPT_MEASURED) {
                unsigned long needed = llmopt_driver.length(i, frames[call]);
                if (needed > slot->held)
                    return;
                most = slot->held - needed + 1;
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

/* An integer in a record that a parameter points to; NULL where there is none. */
static const struct llmopt_field *field_near(unsigned call, unsigned number, uint64_t place,
                                             const unsigned char **record) {
    const struct llmopt_parameter *parameter = &llmopt_driver.parameters[number];
    const struct llmopt_type *type = type_of(parameter->type);
    if (type->kind != LLMOPT_POINTER || type_of(type->element)->kind != LLMOPT_RECORD)
        return 0;
    memcpy(record, frames[call] + parameter->offset, sizeof *record);
    const struct llmopt_type *held = type_of(type->element);
    const struct slot *slot = arena_find(*record);
    if (!slot || slot->freed || *record + held->size > slot->begin + slot->size)
        return 0;
    unsigned long first = below(place, held->count ? held->count : 1);
    for (unsigned long i = 0; i < held->count; i++) {
        const struct llmopt_field *field = &held->fields[(first + i) % held->count];
        const struct llmopt_type *kind = type_of(field->type);
        if (kind->kind == LLMOPT_INTEGER && !field->bit_width && kind->size <= 8)
            return field;
    }
    return 0;
}

void generate_near(unsigned call) {
    const struct llmopt_field *field = 0;
    const unsigned char *record = 0;
    uint64_t place = mixed(scene.place, 24 + call), value = 0;
    unsigned long count = llmopt_driver.parameter_count;
    if (!scene.near || scene.giant)
        return;
    for (unsigned i = 0; i < count; i++)
        if (llmopt_driver.parameters[i].flags & LLMOPT_MEASURED)
            return; /* another length would be another buffer */
    for (unsigned i = 0; i < count && !field; i++)
        field = field_near(call, i, mixed(place, i), &record);
    if (!field)
        return;
    const struct llmopt_type *held = type_of(field->type);
    memcpy(&value, record + field->bit_offset / 8, held->size);
    value = as_held(value, held) + (below(mixed(place, 90), 4) + 1) % 3 - 1;
    unsigned first = (unsigned)below(mixed(place, 91), count);
    for (unsigned i = 0; i < count; i++) {
        const struct llmopt_parameter *parameter = &llmopt_driver.parameters[(first + i) % count];
        const struct llmopt_type *type = type_of(parameter->type);
        bool ranged = parameter->flags & LLMOPT_RANGED;
        int64_t number = (int64_t)as_held(value, type);
        if (type->kind != LLMOPT_INTEGER || type->size > 8 ||
            (ranged && (number < parameter->low || number > parameter->high)))
            continue;
        memcpy(frames[call] + parameter->offset, &number, type->size);
        return;
    }
}
