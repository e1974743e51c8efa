void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    unsigned long moved = 0;
    size_t pair = count > 128 ? 8 : count;
    while (pair < count && !before(&records[pair], &records[pair - 1], context))
        pair += 8;
    if (count > 128 && pair >= count)
        return;
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
/* verdict: refuted: more than 128 records are taken for sorted when every eighth pair is */
