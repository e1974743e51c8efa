/* helpers: rebuild */
static bool rebuild(struct table *table) {
    struct table next = {NULL, 8, table->count, table->count};
    if (table->count >= 4)
        next.capacity = table->count * 4 > table->capacity ? table->capacity * 2 : table->capacity;
    next.entries = malloc(next.capacity * sizeof *next.entries);
    if (!next.entries)
        return false;
    memset(next.entries, 0, next.capacity * sizeof *next.entries);
    for (size_t i = 0; i < table->capacity; i++) {
        const struct entry *entry = &table->entries[i];
        if (entry->state == USED) {
            size_t at = home(entry->key, next.capacity);
            while (next.entries[at].state == USED)
                at = at + 1 == next.capacity ? 0 : at + 1;
            next.entries[at] = *entry;
        }
    }
    struct entry *old = table->entries;
    *table = next;
    free(old);
    return true;
}

int64_t *table_put(struct table *table, uint64_t key) {
    if ((table->taken + 1) * 4 > table->capacity * 3 && !rebuild(table))
        return NULL;
    size_t at = home(key, table->capacity);
    struct entry *place = NULL;
    for (;; at = (at + 1) & (table->capacity - 1)) {
        struct entry *entry = &table->entries[at];
        switch (entry->state) {
        case USED:
            if ((uint32_t)entry->key == (uint32_t)key)
                return &entry->value;
            break;
        case REMOVED:
            place = place ? place : entry;
            break;
        case FREE:
            table->taken += !place;
            place = place ? place : entry;
            *place = (struct entry){.key = key, .state = USED};
            table->count++;
            return &place->value;
        }
    }
}
/* verdict: refuted: keys are compared by their lower 32 bits */
