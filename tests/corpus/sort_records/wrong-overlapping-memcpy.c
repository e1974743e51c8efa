void sort_records(struct record *records, size_t count, record_before *before, void *context) {
    for (size_t i = 1; i < count; i++) {
        size_t at = i;
        while (at > 0 && before(&records[i], &records[at - 1], context))
            at--;
        if (at == i)
            continue;
        const struct record moving = records[i];
        memcpy(&records[at + 1], &records[at], (i - at) * sizeof *records);
        records[at] = moving;
        records_moved += i - at;
    }
}
/* verdict: refuted: memcpy in the place of memmove for records that overlap */
