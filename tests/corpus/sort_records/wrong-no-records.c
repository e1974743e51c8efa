void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i - 1 < count - 1; i++) {
        struct record moving = records[i];
        size_t at = i;
        while (at > 0 && before(&moving, &records[at - 1], context)) {
            records[at] = records[at - 1];
            at--;
        }
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: count - 1 wraps without records: goes on behind the array */
