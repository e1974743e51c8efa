void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        while (at > 0 && before(&moving, &records[at - 1], context)) {
            records[at] = records[at - 1];
            at--;
        }
        if (at == i)
            continue;
        records[at].time = moving.time;
        records[at].author = moving.author;
        records[at].kind = moving.kind;
        records[at].flags = moving.flags;
        memcpy(records[at].label, moving.label, 8);
        records_moved += i - at;
    }
}
/* verdict: refuted: moves a record without the last byte of its label */
