static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value;
    if (microseconds <= 0)
        value = 0;
    else if (microseconds >= UINT32_MAX)
        value = UINT32_MAX;
    else
        value = (uint32_t)microseconds;
    unsigned bucket = bucket_of(value);
    if (held != WINDOW) {
        ring[held++] = value;
        histogram[bucket]++;
        sum += value;
        if (dropped)
            *dropped = 0;
    } else {
        uint32_t at = oldest;
        uint32_t gone = ring[at];
        oldest = at + 1 == WINDOW ? 0 : at + 1;
        if (gone != value) {
            unsigned old = bucket_of(gone);
            if (old != bucket) {
                histogram[old]--;
                histogram[bucket]++;
            }
            ring[at] = value;
            sum = sum - gone + value;
        }
        if (dropped)
            *dropped = gone;
    }
    if (value > longest) {
        longest = value;
        return 1;
    }
    return 0;
}
/* verdict: passed */
