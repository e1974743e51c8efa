#include "trace.h"

#include "accesses.h"
#include "arena.h"
#include "case.h"
#include "driver.h"
#include "generate.h"
#include "guard.h"
#include "heap.h"
#include "locks.h"
#include "making.h"
#include "random.h"
#include "state.h"
#include "values.h"

#include <errno.h>
#include <string.h>

/* Calls that are kept whole; of those beyond only the number and a digest. */
#define KEPT ((size_t)1 << 16)

STATE static unsigned char kept[KEPT] = {0};
STATE static size_t used = 0;
STATE static uint64_t calls = 0, rolling = 0;
STATE static uint64_t results = 0; /* a digest of those of earlier calls */

void trace_reset(void) {
    used = 0;
    calls = rolling = results = 0;
    accesses_reset();
    locks_reset();
}

void trace_observe(struct sink *sink) {
    accesses_observe(sink);
    locks_observe(sink);
    if (sink->lines) {
        sink_line(sink, "callbacks = %llu calls, digest %016llx\n", (unsigned long long)calls,
                  (unsigned long long)rolling);
        if (scene.rounds)
            sink_line(sink, "earlier results = digest %016llx\n", (unsigned long long)results);
        return;
    }
    sink_number(sink, calls);
    sink_number(sink, rolling);
    sink_number(sink, results);
    sink_number(sink, used);
    sink_bytes(sink, kept, used);
}

/* How many bytes from an address on belong to what the function was given or made. */
static size_t room_at(const unsigned char *at) {
    struct slot *slot = arena_find(at);
    struct block *block = heap_find(at);
    if (slot && !slot->freed && at >= slot->begin && at < slot->begin + slot->size)
        return (size_t)(slot->begin + slot->size - at);
    if (block && !block->freed && at >= block->begin && at < block->begin + block->size)
        return (size_t)(block->begin + block->size - at);
    if (slot || block || !guard_readable(at, 1))
        return 0;
    /* On the stack, or the program's own: as much as the type says. */
    return (size_t)1 << 16;
}

/* The content that a pointer leads to, as far as it is known to be there. */
static size_t content(unsigned pointee, const unsigned char *at, unsigned char *into, size_t most) {
    const struct llmopt_type *type = type_of(pointee);
    size_t room = at ? room_at(at) : 0, size = type->size && type->size < room ? type->size : room;
    if (type->kind == LLMOPT_INTEGER && (type->flags & LLMOPT_TEXT)) {
        size = room < 64 ? strnlen((const char *)at, room) : strnlen((const char *)at, 64);
    } else if (type->kind == LLMOPT_VOID || type->kind == LLMOPT_OPAQUE) {
        size = room ? 1 : 0; /* of what nobody knows the size: the first byte is there */
    }
    if (!size)
        return 0;
    struct sink sink = {into, into + most, false, false, "", 0};
    if (type->kind == LLMOPT_RECORD && size == type->size)
        observe_value(&sink, "", pointee, at);
    else
        sink_bytes(&sink, at, size < most ? size : most);
    return (size_t)(sink.at - into);
}

static uint64_t digest(uint64_t before, const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        before = (before ^ bytes[i]) * 0x100000001b3u;
    return mixed(before, size);
}

/* What a call is called with, into `bytes`: the values, and what the pointers lead to. */
static size_t arguments(const struct llmopt_callback *callback, const unsigned char *frame,
                        unsigned char *bytes, size_t most, bool named) {
    struct sink sink = {bytes, bytes + most, false, false, "", 0};
    for (unsigned long i = 0; i < callback->count; i++) {
        const struct llmopt_parameter *parameter = &callback->parameters[i];
        const struct llmopt_type *type = type_of(parameter->type);
        const unsigned char *at = frame + parameter->offset;
        if (type->kind == LLMOPT_POINTER) {
            unsigned char *value;
            memcpy(&value, at, sizeof value);
            /* Of what it may not write, a callback sees the content only. */
            if (named && !(type->flags & LLMOPT_CONSTANT) &&
                (arena_find(value) || heap_find(value)))
                observe_pointer(&sink, type->element, value);
            sink.at += content(type->element, value, sink.at, (size_t)(sink.end - sink.at));
        } else {
            observe_value(&sink, "", parameter->type, at);
        }
    }
    return (size_t)(sink.at - bytes);
}

void trace_result(const unsigned char *frame) {
    const struct llmopt_type *type = type_of(llmopt_driver.result);
    const unsigned char *at = frame + llmopt_driver.result_offset;
    unsigned char bytes[1024];
    struct sink sink = {bytes, bytes + sizeof bytes, false, false, "", 0};
    if (is_plain(llmopt_driver.result)) {
        observe_value(&sink, "", llmopt_driver.result, at);
    } else if (type->kind == LLMOPT_POINTER) {
        void *value;
        memcpy(&value, at, sizeof value);
        sink_number(&sink, value != 0);
    }
    results = digest(results, bytes, (size_t)(sink.at - bytes));
}

static int64_t number_at(const struct llmopt_type *type, const unsigned char *at) {
    int64_t result = 0;
    memcpy(&result, at, type->size < 8 ? type->size : 8);
    if (type->kind == LLMOPT_FLOAT)
        return result < 0 ? INT64_MIN - result : result;
    return (int64_t)as_held((uint64_t)result, type);
}

static bool is_ranked(const struct llmopt_type *type) {
    bool whole = type->kind == LLMOPT_INTEGER && !(type->flags & LLMOPT_TEXT);
    return (whole && type->size <= 8) || (type->kind == LLMOPT_FLOAT && type->size == 8);
}

/* An order of contents: total, with many that are equal. Records are ordered by one of their
 * numbers. */
static int64_t rank(const struct llmopt_callback *callback, const unsigned char *frame,
                    unsigned long which) {
    const struct llmopt_parameter *parameter = &callback->parameters[which];
    unsigned pointee = type_of(parameter->type)->element;
    const struct llmopt_type *type = type_of(pointee);
    unsigned char bytes[64] = {0}, *value;
    int64_t result = 0;
    memcpy(&value, frame + parameter->offset, sizeof value);
    if (type->kind == LLMOPT_RECORD && type->count && value && room_at(value) >= type->size) {
        unsigned long chosen = below(mixed(scene.place, 504), type->count);
        const struct llmopt_field *field = &type->fields[chosen];
        if (!field->bit_width && is_ranked(type_of(field->type)))
            return number_at(type_of(field->type), value + field->bit_offset / 8);
    }
    size_t size = content(pointee, value, bytes, sizeof bytes);
    if (is_ranked(type))
        return number_at(type, bytes);
    for (size_t i = 0; i < 7; i++)
        result = result << 8 | (i < size ? bytes[i] : 0);
    return result;
}

static int compare(const struct llmopt_callback *callback, const unsigned char *frame) {
    int64_t one = rank(callback, frame, 0), other = rank(callback, frame, 1);
    uint64_t kind = below(mixed(scene.place, 500), 8);
    if (kind == 0) { /* coarse: unlike things are equal */
        one >>= 2;
        other >>= 2;
    }
    int order = (one > other) - (one < other);
    if (kind == 1)
        order = -order;
    if (type_of(callback->result)->kind == LLMOPT_BOOLEAN)
        return order < 0; /* whether it stands before */
    return kind == 2 ? order * 1000 : order;
}

static void keep(unsigned number, const unsigned char *bytes, size_t size) {
    calls++;
    rolling = digest(mixed(rolling, number), bytes, size);
    if (size + 8 <= KEPT - used) {
        uint64_t head = (uint64_t)number << 32 | size;
        memcpy(kept + used, &head, sizeof head);
        memcpy(kept + used + 8, bytes, size);
        used += 8 + size;
    }
}

static bool may_meddle(const struct slot *slot) {
    const struct llmopt_type *type = type_of(slot->type);
    return slot->used && !slot->constant && !slot->freed && type->kind == LLMOPT_RECORD &&
           type->count && slot->size >= type->size;
}

/* A record that a callback can reach, often the one that it is given; NULL where there is none. */
static unsigned char *reachable(const struct llmopt_callback *callback, const unsigned char *frame,
                                uint64_t place, unsigned *kind) {
    uint64_t fit = 0;
    unsigned char *chosen = 0;
    for (unsigned long i = 0; i < callback->count && chance(place, 50); i++) {
        const struct llmopt_type *type = type_of(callback->parameters[i].type);
        unsigned char *value;
        if (type->kind != LLMOPT_POINTER)
            continue;
        memcpy(&value, frame + callback->parameters[i].offset, sizeof value);
        struct slot *slot = arena_find(value);
        if (slot && may_meddle(slot) && slot->type == type->element && value >= slot->begin &&
            value + type_of(slot->type)->size <= slot->begin + slot->size) {
            *kind = slot->type;
            return value;
        }
    }
    for (unsigned i = 0; i < arena.count; i++) {
        struct slot *slot = &arena.slots[i];
        if (!may_meddle(slot) || below(mixed(place, 10 + i), ++fit))
            continue;
        size_t size = type_of(slot->type)->size;
        *kind = slot->type;
        chosen = slot->begin + below(mixed(place, 3), slot->size / size) * size;
    }
    return chosen;
}

/* A function that is called from a record is another one from now on, or none. A driver has
 * but one of each type: so it is taken away, and is put back by a later call. */
static void meddle_hook(unsigned char *record, const struct llmopt_field *field) {
    const struct llmopt_type *held = type_of(field->type);
    void *value;
    memcpy(&value, record + field->bit_offset / 8, sizeof value);
    value =
        value ? 0
              : (void *)(uintptr_t)llmopt_driver.callbacks[type_of(held->element)->element].address;
    memcpy(record + field->bit_offset / 8, &value, sizeof value);
}

/* A callback may change whatever it can reach: here a number in a record, a function that it calls,
 * or what is handed on. */
static void meddle(const struct llmopt_callback *callback, const unsigned char *frame) {
    uint64_t place = mixed(mixed(scene.place, 505), calls);
    unsigned kind = 0;
    /* Not one that only says how two things are ordered. */
    if (!scene.meddling || (callback->flags & (LLMOPT_ORDER | LLMOPT_PURE)) ||
        !chance(mixed(place, 1), 50))
        return;
    unsigned char *record = reachable(callback, frame, place, &kind);
    if (!record)
        return;
    const struct llmopt_type *type = type_of(kind);
    const struct llmopt_field *field = &type->fields[below(mixed(place, 2), type->count)];
    const struct llmopt_type *held = type_of(field->type);
    if (field->bit_width)
        return;
    if (held->kind == LLMOPT_INTEGER || held->kind == LLMOPT_FLOAT)
        generate_value(field->type, record + field->bit_offset / 8, mixed(place, 4));
    else if (held->kind == LLMOPT_POINTER && type_of(held->element)->kind == LLMOPT_VOID)
        memset(record + field->bit_offset / 8, 0, held->size);
    else if (held->kind == LLMOPT_POINTER && type_of(held->element)->kind == LLMOPT_FUNCTION &&
             chance(mixed(scene.place, 506), 50))
        meddle_hook(record, field);
}

void llmopt_callback(unsigned number, void *frame) {
    const struct llmopt_callback *callback = &llmopt_driver.callbacks[number];
    int before = errno;
    bool active = heap.active;
    unsigned char bytes[1024];
    heap.active = false;
    if (!(callback->flags & LLMOPT_PURE))
        keep(number, bytes, arguments(callback, frame, bytes, sizeof bytes, true));
    const struct llmopt_type *type = type_of(callback->result);
    unsigned char *result = (unsigned char *)frame + callback->result_offset;
    if (callback->flags & LLMOPT_ORDER) {
        int64_t order = compare(callback, frame);
        memcpy(result, &order, type->size < 8 ? type->size : 8);
    } else if (type->kind != LLMOPT_VOID) {
        /* The same for the same content, wherever it stands. */
        size_t size = arguments(callback, frame, bytes, sizeof bytes, false);
        uint64_t place = digest(mixed(scene.place, 501), bytes, size);
        memset(result, 0, type->size);
        if (type->kind == LLMOPT_INTEGER && below(mixed(scene.place, 502), 3)) {
            uint64_t value = below(place, 1 + below(mixed(scene.place, 503), 3));
            memcpy(result, &value, type->size < 8 ? type->size : 8);
        } else if (type->kind != LLMOPT_POINTER) {
            generate_value(callback->result, result, place);
        }
    }
    meddle(callback, frame);
    guard_initialised(result, type->size);
    heap.active = active;
    errno = before;
}
