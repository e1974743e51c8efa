void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    unsigned long moved = 0;
    for (size_t sorted = 1; sorted < count; sorted++) {
        struct record *at = records + sorted;
        if (before(at - 1, at, context))
            continue;
        const struct record moving = *at;
        do {
            *at = at[-1];
            at--;
            moved++;
        } while (at != records && !before(at - 1, &moving, context));
        *at = moving;
    }
    records_moved += moved;
}
/* verdict: refuted: asks about the earlier record first: equal records change their order */
