int64_t *table_put(struct table *table, uint64_t key) {
    if (table->count) { /* most keys are known, and most of these where they belong */
        struct entry *entry = &table->entries[home(key, table->capacity)];
        if (entry->state == USED && entry->key == key)
            return &entry->value;
    }
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
/* verdict: refuted: a key that stands in its home place does not make a table grow in which three quarters are taken: capacity 8, taken 6, the key of a used home place */
