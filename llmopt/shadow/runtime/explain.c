#include "explain.h"
#include "allocator.h"
#include "compare.h"
#include "novelty.h"
#include "report.h"
#include "work.h"

#include <string.h>

#define ARGUMENT_BYTES_SHOWN 32

static const char *const kinds[] = {
    [DIFFERS_MEMORY] = "memory",
    [DIFFERS_FRESH_BLOCK] = "fresh block",
    [DIFFERS_ERRNO] = "errno",
    [DIFFERS_STOP] = "system call",
    [DIFFERS_CALLS] = "calls",
    [DIFFERS_ASKED] = "system calls",
    [DIFFERS_PLACE] = "registers",
    [DIFFERS_OUTPUT] = "output",
    [DIFFERS_MAPS] = "mappings",
    [DIFFERS_FREED] = "freed",
    [DIFFERS_RESIZED] = "resized",
    [DIFFERS_LIVE] = "live blocks",
    [DIFFERS_CONTROL] = "floating-point control",
    [DIFFERS_UNREADABLE] = "unread",
};

static const char *const endings[] = {
    [ENDED_STOPPED] = "stopped",
    [ENDED_CRASHED] = "crashed",
    [ENDED_LATE] = "late",
    [ENDED_UNSTARTED] = "unstarted",
};

static void add_block(struct text *line, const struct child *child, uint64_t address) {
    struct span span;
    struct block block;
    uint64_t number = (address - ARENA_START) / SPAN_BYTES;
    if (child_read(child, (uint64_t)&SPANS[number], &span, sizeof span) || !span.slot_bytes)
        return;
    uint64_t first = ARENA_START + span.first * SPAN_BYTES;
    uint64_t start = address - (address - first) % span.slot_bytes;
    if (child_read(child, (uint64_t)block_at(start), &block, sizeof block))
        return;
    field_text(line, "in", "heap");
    field_number(line, "offset", address - start);
    field_number(line, "size", block.sequence ? block.size : 0);
}

/* In a block of the heap, in the data of a file, or in another mapping. */
static void add_place(struct text *line, const struct child *child, uint64_t address) {
    field_number(line, "address", address);
    if (in_arena(address)) {
        add_block(line, child, address);
        return;
    }
    const char *name = NULL;
    uint64_t start = maps_file_start(&WORK->old_maps, address, &name);
    if (!start) {
        const struct map *map = maps_find(&WORK->old_maps, address);
        if (!map)
            return;
        name = map->name;
        start = map->start;
    }
    field_text(line, "in", name);
    field_number(line, "offset", address - start);
}

static void add_arguments(struct text *line, const struct child *old) {
    text_add(line, ",\"arguments\":[");
    for (unsigned long i = 0; i < WORK->site->parameter_count; i++) {
        const struct llmopt_shadow_parameter *parameter = &WORK->site->parameters[i];
        unsigned char bytes[ARGUMENT_BYTES_SHOWN] = {0};
        uint64_t count = parameter->size < sizeof bytes ? parameter->size : sizeof bytes;
        text_add(line, i ? ",{" : "{");
        if (!child_read(old, (uint64_t)old->run.record + parameter->offset, bytes, count)) {
            field_bytes(line, "bytes", bytes, count);
            field_number(line, "class", (uint64_t)parameter->type_class);
            if (parameter->type_class == CLASS_POINTER)
                add_place(line, old, (uint64_t)argument_value(parameter, bytes));
        }
        text_add(line, "}");
    }
    text_add(line, "]");
}

static void add_differences(struct text *line, const struct child *old) {
    text_add(line, ",\"differences\":[");
    uint64_t shown = WORK->difference_count;
    if (shown > DIFFERENCES_SHOWN)
        shown = DIFFERENCES_SHOWN;
    for (uint64_t i = 0; i < shown; i++) {
        const struct difference *difference = &WORK->differences[i];
        text_add(line, i ? ",{" : "{");
        field_text(line, "kind", kinds[difference->kind]);
        field_bytes(line, "old", &difference->old, sizeof difference->old);
        field_bytes(line, "new", &difference->new, sizeof difference->new);
        uint64_t address = difference->address, result = (uint64_t)old->run.result;
        if (difference->kind == DIFFERS_MEMORY && address + 8 > result &&
            address < result + old->run.result_size)
            field_text(line, "in", "result");
        else if (address)
            add_place(line, old, address);
        text_add(line, "}");
    }
    text_add(line, "]");
}

void explain(const struct child *old, const struct child *new, int at_call) {
    struct text line = report_begin("difference");
    field_text(&line, "ending", endings[new->ending]);
    field_number(&line, "signal", (uint64_t)new->signal);
    field_text(&line, "fault", new->run.stop.fault);
    field_number(&line, "first_call", WORK->call);
    field_number(&line, "calls", old->run.entries);
    field_number(&line, "call", at_call ? WORK->call + old->run.entry - 1 : 0);
    field_number(&line, "count", WORK->difference_count);
    field_number(&line, "old_bytes", old->run.output_bytes);
    add_differences(&line, old);
    if (at_call)
        add_arguments(&line, old);
    report_end(&line);
}
