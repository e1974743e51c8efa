/* helpers: insert */
static void insert(struct record *records, size_t from, size_t to) {
    const struct record moving = records[from];
    memmove(records + to + 1, records + to, (from - to) * sizeof moving);
    records[to] = moving;
    records_moved += from - to;
}

void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    size_t runs[64], ends = 0;
    for (size_t i = 1; i < count; i++) {
        size_t at = i;
        while (at > 0 && before(&records[i], &records[at - 1], context))
            at--;
        if (at == i)
            continue;
        runs[ends++ % 65] = at;
        insert(records, i, runs[(ends - 1) % 65]);
    }
}
/* verdict: refuted: collects places of records in an array of 64 without a check */
