/* A table of counters by number, with open addressing. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum state { FREE, USED, REMOVED };

struct entry {
    uint64_t key;
    int64_t value;
    enum state state;
};

struct table {
    struct entry *entries;
    size_t capacity; /* a power of two, or zero */
    size_t count;    /* of keys */
    size_t taken;    /* places that are not free: keys and removed ones */
};

static size_t home(uint64_t key, size_t capacity) {
    return (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (capacity - 1);
}

static bool grow(struct table *table) {
    size_t capacity = table->count < 4 ? 8 : table->capacity;
    if (table->count >= 4 && table->count * 4 > table->capacity)
        capacity *= 2;
    struct entry *entries = calloc(capacity, sizeof *entries);
    if (!entries)
        return false;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].state != USED)
            continue;
        size_t at = home(table->entries[i].key, capacity);
        while (entries[at].state != FREE)
            at = (at + 1) & (capacity - 1);
        entries[at] = table->entries[i];
    }
    free(table->entries);
    table->entries = entries;
    table->capacity = capacity;
    table->taken = table->count;
    return true;
}

/*
 * The place of a key's value, which is zero when the key is new; NULL without memory, and then the
 * table is as before. The first removed place on the way takes a new key. At most three quarters of
 * the places are ever taken. The result holds until the next new key.
 */
int64_t *table_put(struct table *table, uint64_t key) {
    if ((table->taken + 1) * 4 > table->capacity * 3 && !grow(table))
        return NULL;
    const size_t mask = table->capacity - 1;
    struct entry *place = NULL;
    for (size_t at = home(key, table->capacity);; at = (at + 1) & mask) {
        struct entry *entry = &table->entries[at];
        if (entry->state == USED && entry->key == key)
            return &entry->value;
        if (entry->state == REMOVED && !place)
            place = entry;
        if (entry->state != FREE)
            continue;
        if (!place) {
            place = entry;
            table->taken++;
        }
        place->key = key;
        place->value = 0;
        place->state = USED;
        table->count++;
        return &place->value;
    }
}

/* Forgets the removed places; false, with errno set, without memory. */
bool table_tidy(struct table *table) {
    if (table->capacity == 0 || grow(table))
        return true;
    errno = ENOMEM;
    return false;
}

bool table_remove(struct table *table, uint64_t key) {
    if (table->count == 0)
        return false;
    for (size_t at = home(key, table->capacity);; at = (at + 1) & (table->capacity - 1)) {
        struct entry *entry = &table->entries[at];
        if (entry->state == FREE)
            return false;
        if (entry->state == USED && entry->key == key) {
            entry->state = REMOVED;
            table->count--;
            return true;
        }
    }
}

void table_free(struct table *table) {
    free(table->entries);
    memset(table, 0, sizeof *table);
}
