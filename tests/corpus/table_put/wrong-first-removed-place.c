/* helpers: add_entry */
static int64_t *add_entry(struct table *table, struct entry *place, uint64_t key) {
    table->taken += place->state == FREE;
    table->count += 1;
    *place = (struct entry){key, 0, USED};
    return &place->value;
}

int64_t *table_put(struct table *table, uint64_t key) {
    if (table->capacity * 3 < table->taken * 4 + 4 && !grow(table))
        return NULL;
    struct entry *const begin = table->entries, *const end = begin + table->capacity;
    struct entry *entry = begin + home(key, table->capacity), *removed = NULL;
    while (entry->state != FREE) {
        if (entry->state == REMOVED)
            return add_entry(table, entry, key);
        else if (entry->key == key)
            return &entry->value;
        if (++entry == end)
            entry = begin;
    }
    return add_entry(table, removed ? removed : entry, key);
}
/* verdict: refuted: takes a removed place at once: a key behind it gets a second entry */
