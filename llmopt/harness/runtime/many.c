/* More records than 16 bits count, in one buffer: arrays, and lists whose nodes nobody frees. */
#include "making.h"

#include "case.h"
#include "random.h"

#include <string.h>

/* Records that differ; the others are as these are, but for what orders and links them. */
#define DIFFERENT 64
/* As many at an array's end are not in their place, but close to it. */
#define MISPLACED 8

size_t many_nodes(unsigned node, uint64_t place) {
    size_t count = 65533 + below(mixed(place, 1), 80);
    bool list = !(type_of(node)->flags & LLMOPT_FLEXIBLE) && ways_on(node) == 1;
    bool fits = count * element_size(node) <= SLOT_MOST;
    return scene.many && list && fits && chance(place, 60) ? count : 0;
}

bool are_many(unsigned type, size_t count) {
    return scene.many && type_of(type)->kind == LLMOPT_RECORD && is_plain(type) && count > 4096;
}

/* Makes an integer say where the record stands, in whole or by the hundredth. */
static void put_rank(const struct llmopt_field *field, unsigned char *record, size_t index,
                     size_t count) {
    size_t size = type_of(field->type)->size;
    uint64_t value = size < 4 ? index * 100 / count : index / 2;
    memcpy(record + field->bit_offset / 8, &value, size < 8 ? size : 8);
}

static void link_node(const struct slot *slot, unsigned char *node, size_t index, size_t count) {
    const struct llmopt_type *type = type_of(slot->type);
    const struct llmopt_field *key = key_of(type, scene.sorted);
    if (key)
        put_rank(key, node, index, count);
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        if (self_pointee(field) != slot->type || (field->flags & (LLMOPT_LAST | LLMOPT_AMONG)))
            continue;
        const unsigned char *to = index + 1 < count ? node + type->size : 0;
        if (field->flags & LLMOPT_BACK)
            to = index ? node - type->size : slot->record_type == slot->type ? slot->record : 0;
        memcpy(node + field->bit_offset / 8, &to, sizeof to);
    }
}

static void order_record(const struct llmopt_type *type, unsigned char *record, size_t index,
                         size_t count) {
    if (index + MISPLACED >= count)
        index -= below(mixed(scene.place, index), 40);
    for (unsigned long i = 0; i < type->count; i++) {
        const struct llmopt_field *field = &type->fields[i];
        if (type_of(field->type)->kind == LLMOPT_INTEGER && !field->bit_width)
            put_rank(field, record, index, count);
    }
}

void many_fill(struct slot *slot) {
    const struct llmopt_type *type = type_of(slot->type);
    size_t count = slot->size / type->size;
    struct context context = context_in(slot);
    memset(slot->begin, 0, slot->size);
    for (size_t i = 0; i < count; i++) {
        unsigned char *record = slot->begin + i * type->size;
        if (i < DIFFERENT)
            value_make(slot->type, record, mixed(slot->path, 60 + i), &context);
        else
            memcpy(record, record - DIFFERENT * type->size, type->size);
    }
    for (size_t i = 0; i < count; i++) {
        unsigned char *record = slot->begin + i * type->size;
        if (type->flags & LLMOPT_SELF)
            link_node(slot, record, i, count);
        else
            order_record(type, record, i, count);
    }
}
