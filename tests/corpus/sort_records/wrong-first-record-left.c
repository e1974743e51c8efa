void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        while (at > (i > 47) && before(&moving, &records[at - 1], context)) {
            records[at] = records[at - 1];
            at--;
        }
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: a record never goes before the first when it comes from behind place 47 */
