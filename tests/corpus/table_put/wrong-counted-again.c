int64_t *table_put(struct table *table, uint64_t key) {
    if ((table->taken + 1) * 4 > table->capacity * 3 && !grow(table))
        return NULL;
    const size_t mask = table->capacity - 1;
    struct entry *place = NULL;
    for (size_t at = home(key, table->capacity);; at = (at + 1) & mask) {
        struct entry *entry = &table->entries[at];
        if (entry->state == USED && entry->key == key)
            return table->count += place != NULL, &entry->value;
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
/* verdict: refuted: a key that was there is counted again when a removed place precedes it */
