void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    unsigned long moved = 0;
    for (size_t sorted = 1; sorted < count; sorted++) {
        struct record *at = records + sorted;
        if (!before(at, at - 1, context))
            continue;
        const struct record moving = *at;
        do {
            *at = at[-1];
            at--;
            moved++;
        } while (at != records && before(&moving, at - 1, context));
        *at = moving;
    }
    records_moved += moved;
}
/* verdict: passed */
