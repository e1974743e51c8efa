/* helpers: place_of */
static size_t place_of(const struct record *moving, const struct record *records, size_t count,
                       record_before *before, void *context) {
    size_t low = 0;
    while (count > 0) {
        const size_t half = count / 2;
        if (!before(&records[low + half], moving, context)) {
            count = half;
        } else {
            low += half + 1;
            count -= half + 1;
        }
    }
    return low;
}

void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        if (!before(&records[i], &records[i - 1], context))
            continue;
        const struct record moving = records[i];
        const size_t at = place_of(&moving, records, i - 1, before, context);
        memmove(records + at + 1, records + at, (i - at) * sizeof moving);
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: the binary search asks the other way round: not stable */
