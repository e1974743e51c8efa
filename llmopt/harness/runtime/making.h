/* Parts of the making of values, for one another: see generate.h. */
#ifndef LLMOPT_MAKING_H
#define LLMOPT_MAKING_H

#include "arena.h"
#include "driver.h"
#include "values.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MOST 1024
#define TEXT_GIANT ((size_t)140000)

/* Where a value stands: the record that holds it, and the slot. */
struct context {
    struct slot *slot;
    const unsigned char *record;
    unsigned record_type;
    long least, most;
    unsigned way;        /* which of the pointers to its own kind it is */
    uint64_t room;       /* for how many there is room, by another field */
    uint64_t held;       /* and how many there are */
    bool roomed;         /* as that field says */
    unsigned long field; /* of the record */
};

/* That of a slot's elements; of a value that stands in none, where it is NULL. */
static inline struct context context_in(struct slot *slot) {
    struct context made = {0};
    if (slot) {
        made.slot = slot;
        made.record = slot->record;
        made.record_type = slot->record_type;
        made.least = slot->least;
        made.most = slot->most;
    }
    return made;
}

static inline const struct llmopt_type *type_of(unsigned type) {
    return &llmopt_driver.types[type];
}

static inline size_t element_size(unsigned type) {
    size_t size = type_of(type)->size;
    return size ? size : 1;
}

static inline bool is_number(const struct llmopt_type *type) {
    return type->kind == LLMOPT_INTEGER || type->kind == LLMOPT_FLOAT ||
           type->kind == LLMOPT_BOOLEAN;
}

/* --- buffers.c --- */

void buffers_begin(void);
/* Other content for the same buffers from now on. */
void buffers_renew(void);
/* The buffer of a path, not yet in its place. NULL when there are too many. */
struct slot *buffer_make(unsigned type, uint64_t path, bool fixed, bool string);
void buffer_fill(struct slot *slot, bool string);
enum series series_of(uint64_t place);
/* Whether a value holds no pointer, nor anything that depends on where it stands. */
bool is_plain(unsigned number);
void numbers_fill(const struct llmopt_type *type, uint64_t place, unsigned char *at, size_t count);

/* --- records.c --- */

void records_begin(void);
void value_make(unsigned number, unsigned char *at, uint64_t place, const struct context *context);
/* What a pointer in a context leads to: a new buffer, or NULL. */
void *pointer_make(unsigned pointee, uint64_t place, const struct context *context);
/* How many pointers to records of its own kind a record holds, but for those that lead back. */
unsigned ways_on(unsigned number);
/* The type of the record that a field points to, where it may lead to more of its kind; else 0. */
unsigned self_pointee(const struct llmopt_field *field);
/* What records are ordered by: a key by its name or, when they are sorted, any integer. Or NULL. */
const struct llmopt_field *key_of(const struct llmopt_type *type, bool sorted);
/* Says of lists and trees what can be said when they are all there. */
void records_settle(void);

/* --- many.c --- */

/* How many nodes of a list stand in one buffer: more than 16 bits count. 0: it is one like others.
 */
size_t many_nodes(unsigned node, uint64_t place);
/* Whether elements are so many records that not all of them are drawn. */
bool are_many(unsigned type, size_t count);
#define MANY_NODES (66000 + SLOTS)
void many_fill(struct slot *slot);

#endif
