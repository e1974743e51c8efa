void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t gap = count > 64 ? 13 : 1;; gap = gap > 4 ? 4 : 1) {
        for (size_t i = gap; i < count; i++) {
            struct record moving = records[i];
            size_t at = i;
            while (at >= gap && before(&moving, &records[at - gap], context)) {
                records[at] = records[at - gap];
                at -= gap;
            }
            records[at] = moving;
            records_moved += i - at;
        }
        if (gap == 1)
            return;
    }
}
/* verdict: refuted: more than 64 records are sorted with gaps first: not stable, other counts */
