int64_t *table_put(struct table *table, uint64_t key) {
    const size_t limit = table->capacity - table->capacity / 4;
    if (table->taken >= limit && !grow(table))
        return NULL;
    const size_t mask = table->capacity - 1, first = home(key, table->capacity);
    struct entry *entries = table->entries;
    size_t at = first;
    for (; entries[at].state != FREE; at = (at + 1) & mask)
        if (entries[at].key == key && entries[at].state == USED)
            return &entries[at].value;
    size_t place = first;
    while (entries[place].state == USED)
        place = (place + 1) & mask;
    table->taken++;
    table->count++;
    entries[place].state = USED;
    entries[place].key = key;
    entries[place].value = 0;
    return &entries[place].value;
}
/* verdict: refuted: taken is also counted when a removed place is used */
