void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        uint16_t at = (uint16_t)i;
        while (at > 0 && before(&records[i], &records[at - 1], context))
            at--;
        if (at == (uint16_t)i)
            continue;
        const struct record moving = records[i];
        memmove(&records[at + 1], &records[at], (i - at) * sizeof *records);
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: the place is kept in 16 bits: wrong when a record moves in from 65536 on */
