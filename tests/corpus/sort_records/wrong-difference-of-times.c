/* helpers: comes_first */
static bool comes_first(const struct record *a, const struct record *b, record_before *before,
                        void *context) {
    if (before == earlier)
        return a->time - b->time < 0;
    return before(a, b, context);
}

void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        struct record moving = records[i];
        size_t at = i;
        while (at > 0 && comes_first(&moving, &records[at - 1], before, context)) {
            records[at] = records[at - 1];
            at--;
        }
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: journals by time compare the difference, which overflows */
