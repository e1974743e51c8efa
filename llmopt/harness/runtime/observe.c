#define _GNU_SOURCE
#include "observe.h"

#include "arena.h"
#include "case.h"
#include "driver.h"
#include "guard.h"
#include "heap.h"
#include "state.h"
#include "stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

extern char __executable_start[], _end[];

/* How often a value is followed to what it points to, where that is the program's own data. */
#define FOLLOWED 4

STATE static unsigned met = 0; /* blocks met so far */
STATE static struct block **queue = 0;
STATE static unsigned followed = 0;

static const struct llmopt_type *type_of(unsigned type) { return &llmopt_driver.types[type]; }

/* --- sinks ------------------------------------------------------------------------------- */

void sink_bytes(struct sink *sink, const void *bytes, size_t size) {
    if (size > (size_t)(sink->end - sink->at)) {
        sink->full = true;
        return;
    }
    memcpy(sink->at, bytes, size);
    sink->at += size;
}

void sink_number(struct sink *sink, uint64_t number) { sink_bytes(sink, &number, sizeof number); }

void sink_line(struct sink *sink, const char *format, ...) {
    char line[700];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (size > 0)
        sink_bytes(sink, line, (size_t)size < sizeof line ? (size_t)size : sizeof line - 1);
}

/* Labels are only made for people; `more` returns what to go back to. */
static size_t more(struct sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static size_t more(struct sink *sink, const char *format, ...) {
    size_t before = sink->label_length;
    if (!sink->lines)
        return before;
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(sink->label + before, sizeof sink->label - before, format, arguments);
    va_end(arguments);
    if (size > 0 && before + (size_t)size < sizeof sink->label)
        sink->label_length = before + (size_t)size;
    return before;
}

static void back(struct sink *sink, size_t before) {
    sink->label_length = before;
    sink->label[before] = 0;
}

/* --- scalars ----------------------------------------------------------------------------- */

static uint64_t held_integer(const struct llmopt_type *type, const unsigned char *at) {
    uint64_t value = 0;
    size_t size = type->size < 8 ? type->size : 8;
    memcpy(&value, at, size);
    if ((type->flags & LLMOPT_SIGNED) && size < 8 && value >> (size * 8 - 1))
        value |= ~(uint64_t)0 << size * 8;
    return value;
}

static void integer(struct sink *sink, const struct llmopt_type *type, const unsigned char *at) {
    if (!sink->lines) {
        sink_bytes(sink, at, type->size);
        return;
    }
    uint64_t value = held_integer(type, at);
    if (type->size == 1 && value >= 32 && value < 127 && (type->flags & LLMOPT_TEXT))
        sink_line(sink, "%s = '%c'\n", sink->label, (int)value);
    else if (type->flags & LLMOPT_SIGNED)
        sink_line(sink, "%s = %lld\n", sink->label, (long long)value);
    else
        sink_line(sink, "%s = %llu\n", sink->label, (unsigned long long)value);
}

/* All NaNs are one: no compiler promises which of them an operation gives. */
static long double held_float(size_t size, const unsigned char *at) {
    if (size == sizeof(float)) {
        float value;
        memcpy(&value, at, sizeof value);
        return (long double)value;
    }
    if (size == sizeof(double)) {
        double value;
        memcpy(&value, at, sizeof value);
        return (long double)value;
    }
    long double value = 0;
    memcpy(&value, at, size < sizeof value ? size : sizeof value);
    return value;
}

static void floating(struct sink *sink, const struct llmopt_type *type, const unsigned char *at) {
    long double value = held_float(type->size, at);
    if (sink->lines) {
        sink_line(sink, "%s = %.21Lg\n", sink->label, value);
        return;
    }
    unsigned char same[16] = {0};
    size_t size = type->size < 10 ? type->size : 10; /* an x87 value has ten bytes of sixteen */
    if (value == value)
        memcpy(same, at, size);
    else
        memset(same, 0xff, size);
    sink_bytes(sink, same, size);
}

static uint64_t bits(const unsigned char *record, const struct llmopt_field *field) {
    uint64_t value = 0;
    for (unsigned long i = 0; i < field->bit_width; i++) {
        unsigned long bit = field->bit_offset + i;
        value |= (uint64_t)(record[bit / 8] >> bit % 8 & 1) << i;
    }
    return value;
}

/* --- pointers ---------------------------------------------------------------------------- */

static void value_at(struct sink *sink, unsigned type, const unsigned char *at);

static void name(struct sink *sink, const char *kind, uint64_t code, uint64_t number,
                 int64_t offset) {
    if (sink->lines) {
        sink_line(sink, "%s = %s %llu %+lld\n", sink->label, kind, (unsigned long long)number,
                  (long long)offset);
        return;
    }
    sink_number(sink, code);
    sink_number(sink, number);
    sink_number(sink, (uint64_t)offset);
}

static bool is_data(const void *value) {
    return (const char *)value >= __executable_start && (const char *)value < _end;
}

static void meet(struct block *block, unsigned pointee) {
    if (block->number)
        return;
    block->number = ++met;
    block->type = pointee;
    if (queue)
        queue[met - 1] = block;
}

static bool in_global(struct sink *sink, const void *value) {
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++) {
        const struct llmopt_global *global = &llmopt_driver.globals[i];
        const unsigned char *begin = global->address, *at = value;
        if (at >= begin && at < begin + type_of(global->type)->size) {
            name(sink, "global", 3, i, at - begin);
            return true;
        }
    }
    return false;
}

static bool is_function(struct sink *sink, const void *value) {
    for (unsigned long i = 0; i < llmopt_driver.function_count; i++)
        if ((uintptr_t)llmopt_driver.functions[i].address == (uintptr_t)value) {
            name(sink, "function", 4, i, 0);
            return true;
        }
    for (unsigned long i = 0; i < llmopt_driver.callback_count; i++)
        if ((uintptr_t)llmopt_driver.callbacks[i].address == (uintptr_t)value) {
            name(sink, "callback", 5, i, 0);
            return true;
        }
    return false;
}

/* Constants have no names that two programs share: their content tells. */
static void own_data(struct sink *sink, unsigned pointee, const unsigned char *at) {
    const struct llmopt_type *type = type_of(pointee);
    size_t room = (size_t)((const unsigned char *)_end - at);
    name(sink, "data of the program", 6, 0, 0);
    if (!guard_readable(at, 1) || followed >= FOLLOWED)
        return;
    followed++;
    size_t before = more(sink, "[0]");
    if (type->kind == LLMOPT_INTEGER && type->size == 1) {
        size_t length = strnlen((const char *)at, room < 256 ? room : 256);
        if (sink->lines)
            sink_line(sink, "%s = \"%.*s\"\n", sink->label, (int)length, (const char *)at);
        else
            sink_bytes(sink, at, length);
    } else if (type->size && type->size <= room && guard_readable(at, type->size)) {
        value_at(sink, pointee, at);
    }
    back(sink, before);
    followed--;
}

void observe_pointer(struct sink *sink, unsigned pointee, const void *value) {
    struct slot *slot = arena_find(value);
    struct block *block = heap_find(value);
    if (!value) {
        name(sink, "NULL", 0, 0, 0);
    } else if ((slot && slot->freed) || (block && block->freed)) {
        name(sink, "freed memory", 7, 0, 0);
    } else if (slot) {
        name(sink, "buffer", 1, (uint64_t)(slot - arena.slots),
             (const unsigned char *)value - slot->begin);
    } else if (block) {
        meet(block, pointee);
        name(sink, "block", 2, block->number, (const unsigned char *)value - block->begin);
    } else if (in_global(sink, value) || is_function(sink, value)) {
        return;
    } else if (is_data(value)) {
        own_data(sink, pointee, value);
    } else {
        for (unsigned i = 0; i < stream_count; i++)
            if (streams[i].file == value) {
                name(sink, "stream", 8, i, 0);
                return;
            }
        /* A value that nobody wrote is no address; it must show as what it is. */
        bool address = (uintptr_t)value >> 47 == 0 && (uintptr_t)value > 65536;
        name(sink, address ? "elsewhere" : "no address", 9, address ? 0 : (uintptr_t)value, 0);
    }
}

/* Bytes whose type nobody knows: words that lead into buffers or blocks are pointers. */
static void raw(struct sink *sink, const unsigned char *at, size_t size) {
    size_t i = 0;
    while (i < size) {
        size_t step = size - i < 8 ? size - i : 8;
        void *word = 0;
        if (step == 8 && ((uintptr_t)(at + i) & 7) == 0)
            memcpy(&word, at + i, sizeof word);
        size_t before = more(sink, "[%zu]", i);
        if (word && (arena_find(word) || heap_find(word)))
            observe_pointer(sink, 0, word);
        else if (!sink->lines)
            sink_bytes(sink, at + i, step);
        else
            for (size_t k = 0; k < step; k++)
                sink_line(sink, "%s+%zu = %u\n", sink->label, k, at[i + k]);
        back(sink, before);
        i += step;
    }
}

/* --- typed values ------------------------------------------------------------------------ */

static void record(struct sink *sink, const struct llmopt_type *type, const unsigned char *at) {
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        size_t before = more(sink, ".%s", field->name);
        if (field->bit_width) {
            uint64_t value = bits(at, field);
            if (sink->lines)
                sink_line(sink, "%s = %llu\n", sink->label, (unsigned long long)value);
            else
                sink_number(sink, value);
        } else {
            value_at(sink, field->type, at + field->bit_offset / 8);
        }
        back(sink, before);
    }
}

static void elements(struct sink *sink, unsigned number, const unsigned char *at, size_t count) {
    const struct llmopt_type *type = type_of(number);
    if (!sink->lines && (type->kind == LLMOPT_INTEGER || type->kind == LLMOPT_BOOLEAN)) {
        sink_bytes(sink, at, count * type->size);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t before = more(sink, "[%zu]", i);
        value_at(sink, number, at + i * type->size);
        back(sink, before);
    }
}

static void value_at(struct sink *sink, unsigned number, const unsigned char *at) {
    const struct llmopt_type *type = type_of(number);
    switch (type->kind) {
    case LLMOPT_INTEGER:
    case LLMOPT_BOOLEAN:
        integer(sink, type, at);
        break;
    case LLMOPT_FLOAT:
        floating(sink, type, at);
        break;
    case LLMOPT_POINTER: {
        void *value;
        memcpy(&value, at, sizeof value);
        observe_pointer(sink, type->element, value);
        break;
    }
    case LLMOPT_RECORD:
        record(sink, type, at);
        break;
    case LLMOPT_ARRAY:
        elements(sink, type->element, at, type->count);
        break;
    case LLMOPT_UNION:
        raw(sink, at, type->size);
        break;
    default: /* what is opaque has no value that means something */
        break;
    }
}

void observe_value(struct sink *sink, const char *label, unsigned type, const unsigned char *at) {
    size_t before = more(sink, "%s", label);
    value_at(sink, type, at);
    back(sink, before);
}

/* As many elements as fit, then what is left over. */
static void region(struct sink *sink, unsigned number, const unsigned char *at, size_t size) {
    const struct llmopt_type *type = type_of(number);
    size_t whole = 0;
    if ((type->flags & LLMOPT_FLEXIBLE) && size >= type->size) {
        const struct llmopt_field *last = &type->fields[type->count - 1];
        size_t from = last->bit_offset / 8;
        value_at(sink, number, at);
        region(sink, type_of(last->type)->element, at + from, size - from);
        return;
    }
    if (type->kind != LLMOPT_VOID && type->kind != LLMOPT_OPAQUE && type->size) {
        whole = size / type->size;
        elements(sink, number, at, whole);
        whole *= type->size;
    }
    raw(sink, at + whole, size - whole);
}

/* --- state ------------------------------------------------------------------------------- */

static bool is_closed(const struct stream *stream) {
    const struct block *block = heap_find(stream->file);
    return block && block->freed;
}

void observe_before_flush(void) {
    for (unsigned i = 0; i < stream_count; i++)
        if (!is_closed(&streams[i]) && !scene.broken)
            streams[i].pending = __fpending(streams[i].file);
}

static void observe_streams(struct sink *sink) {
    static STATE unsigned char content[1 << 16] = {0};
    for (unsigned i = 0; i < stream_count; i++) {
        struct stream *stream = &streams[i];
        bool closed = is_closed(stream);
        long at = -1;
        if (!closed && !scene.broken) { /* where it stands then is nobody's business */
            fflush(stream->file);
            at = ftell(stream->file);
        }
        size_t size = stream_content(stream, content, sizeof content);
        /* In what pieces much comes must not matter. */
        size_t pending = size > BUFSIZ / 2 ? 0 : stream->pending;
        if (sink->lines) {
            sink_line(sink, "stream %u %s at %ld, not flushed %zu = \"%.*s\"\n", i,
                      closed ? "closed" : "open", at, pending, (int)(size < 500 ? size : 500),
                      content);
        } else {
            sink_number(sink, closed);
            sink_number(sink, (uint64_t)at);
            sink_number(sink, pending);
            sink_number(sink, size);
            sink_bytes(sink, content, size);
        }
    }
}

static void observe_slot(struct sink *sink, unsigned i) {
    struct slot *slot = &arena.slots[i];
    if (!slot->used)
        return;
    bool damaged = arena_damaged(slot);
    size_t before = more(sink, "buffer %u", i);
    if (!sink->lines)
        sink_number(sink, (uint64_t)slot->freed << 1 | damaged);
    else if (slot->freed)
        sink_line(sink, "%s is freed\n", sink->label);
    else if (damaged)
        sink_line(sink, "%s: written outside of it\n", sink->label);
    if (!slot->freed)
        region(sink, slot->type, slot->begin, slot->size);
    back(sink, before);
}

void observe_state(struct sink *sink, unsigned calls) {
    met = 0;
    for (size_t i = 0; i < heap.count; i++)
        heap.blocks[i].number = 0; /* a callback may have met it */
    queue = calloc(heap.count + 1, sizeof *queue);
    for (unsigned call = 0; call < calls; call++) {
        size_t before = more(sink, calls > 1 ? "return of call %u" : "return", call + 1);
        value_at(sink, llmopt_driver.result, frames[call] + llmopt_driver.result_offset);
        back(sink, before);
    }
    for (unsigned i = 0; i < arena.count; i++)
        observe_slot(sink, i);
    for (unsigned long i = 0; i < llmopt_driver.global_count; i++)
        observe_value(sink, llmopt_driver.globals[i].name, llmopt_driver.globals[i].type,
                      llmopt_driver.globals[i].address);
    observe_streams(sink);
}

static int by_size(const void *a, const void *b) {
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static void observe_unreachable(struct sink *sink) {
    uint64_t *sizes = calloc(heap.count + 1, sizeof *sizes), count = 0;
    for (size_t i = 0; i < heap.count; i++)
        if (!heap.blocks[i].freed && !heap.blocks[i].given && !heap.blocks[i].number)
            sizes[count++] = heap.blocks[i].size;
    qsort(sizes, count, sizeof *sizes, by_size);
    if (!sink->lines)
        sink_number(sink, count);
    for (uint64_t i = 0; i < count; i++)
        if (sink->lines)
            sink_line(sink, "leaked block %llu = %llu bytes\n", (unsigned long long)i,
                      (unsigned long long)sizes[i]);
        else
            sink_number(sink, sizes[i]);
    free(sizes);
}

void observe_heap(struct sink *sink) {
    for (unsigned i = 0; i < met; i++) { /* meeting more on the way */
        struct block *block = queue[i];
        bool damaged = heap_damaged(block);
        size_t before = more(sink, "block %u", i + 1);
        if (sink->lines)
            sink_line(sink, "%s has %zu bytes%s\n", sink->label, block->size,
                      damaged ? ", and was written outside of them" : "");
        sink_number(sink, block->size);
        sink_number(sink, damaged);
        region(sink, block->type, block->begin, block->size);
        back(sink, before);
    }
    observe_unreachable(sink);
}

/* --- arguments --------------------------------------------------------------------------- */

#define SHOWN 12

static void describe(struct sink *sink, unsigned number, const unsigned char *at, unsigned depth);

static void describe_buffer(struct sink *sink, const unsigned char *at, const struct slot *slot,
                            unsigned depth) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t size = type->size ? type->size : 1;
    size_t from = (size_t)(at - slot->begin);
    size_t count = from < slot->size ? (slot->size - from) / size : 0;
    sink_line(sink, "buf%u", (unsigned)(slot - arena.slots));
    if (at != slot->begin)
        sink_line(sink, "%+ld", (long)(at - slot->begin));
    sink_line(sink, "[%zu]{", count);
    if (type->kind == LLMOPT_INTEGER && (type->flags & LLMOPT_TEXT)) {
        sink_line(sink, "\"");
        for (size_t i = 0; i < count && i < 80; i++)
            sink_line(sink, at[i] >= 32 && at[i] < 127 ? "%c" : "\\x%02x", at[i]);
        sink_line(sink, count > 80 ? "...\"" : "\"");
    } else {
        for (size_t i = 0; i < count && i < SHOWN; i++) {
            sink_line(sink, i ? "," : "");
            if (type->kind == LLMOPT_VOID)
                sink_line(sink, "%u", at[i]);
            else if (depth < 3)
                describe(sink, slot->type, at + i * size, depth + 1);
        }
        if (count > SHOWN)
            sink_line(sink, ",...");
    }
    sink_line(sink, "}");
}

static void describe(struct sink *sink, unsigned number, const unsigned char *at, unsigned depth) {
    const struct llmopt_type *type = type_of(number);
    switch (type->kind) {
    case LLMOPT_INTEGER:
    case LLMOPT_BOOLEAN:
        sink_line(sink, type->flags & LLMOPT_SIGNED ? "%lld" : "%llu",
                  (long long)held_integer(type, at));
        break;
    case LLMOPT_FLOAT:
        sink_line(sink, "%.17Lg", held_float(type->size, at));
        break;
    case LLMOPT_POINTER: {
        unsigned char *value;
        memcpy(&value, at, sizeof value);
        struct slot *slot = arena_find(value);
        if (slot && depth < 3)
            describe_buffer(sink, value, slot, depth);
        else
            sink_line(sink, value ? slot ? "..." : "pointer" : "NULL");
        break;
    }
    case LLMOPT_RECORD:
        sink_line(sink, "{");
        for (unsigned long i = 0; i < type->count && i < SHOWN; i++) {
            const struct llmopt_field *field = &type->fields[i];
            sink_line(sink, "%s.%s=", i ? "," : "", field->name);
            if (field->bit_width)
                sink_line(sink, "%llu", (unsigned long long)bits(at, field));
            else
                describe(sink, field->type, at + field->bit_offset / 8, depth + 1);
        }
        sink_line(sink, "}");
        break;
    case LLMOPT_ARRAY:
        sink_line(sink, "{");
        for (unsigned long i = 0; i < type->count && i < SHOWN; i++) {
            sink_line(sink, i ? "," : "");
            describe(sink, type->element, at + i * type_of(type->element)->size, depth + 1);
        }
        sink_line(sink, type->count > SHOWN ? ",...}" : "}");
        break;
    default:
        sink_line(sink, "?");
    }
}

void describe_arguments(struct sink *sink, unsigned call) {
    sink_line(sink, "%s(", llmopt_driver.name);
    for (unsigned i = 0; i < llmopt_driver.parameter_count; i++) {
        const struct llmopt_parameter *parameter = &llmopt_driver.parameters[i];
        sink_line(sink, "%s%s=", i ? ", " : "", parameter->name);
        describe(sink, parameter->type, frames[call] + parameter->offset, 0);
    }
    sink_line(sink, ")");
    if (!call && scene.rounds)
        sink_line(sink, " and %u times more, with other numbers", scene.rounds);
    if (!call && scene.failing)
        sink_line(sink, " where allocation or lock %u fails", scene.failing);
    sink_line(sink, "\n");
}
