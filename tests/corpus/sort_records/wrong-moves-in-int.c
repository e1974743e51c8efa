void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    int moved = 0;
    for (size_t i = 1; i < count; i++) {
        if (!before(&records[i], &records[i - 1], context))
            continue;
        struct record moving = records[i];
        size_t at = i;
        do {
            records[at] = records[at - 1];
            at--;
        } while (at > 0 && before(&moving, &records[at - 1], context));
        records[at] = moving;
        moved += (int)(i - at);
    }
    records_moved += (unsigned long)moved;
}
/* verdict: refuted: the moves of one call are counted in an int: 65537 records in reverse order are 2147516416 moves */
