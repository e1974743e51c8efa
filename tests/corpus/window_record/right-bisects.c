/* helpers: bisect */
static unsigned bisect(uint32_t value) {
    unsigned low = 0, high = BUCKETS;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (value >> 4 >> middle)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int window_record(int64_t microseconds, uint32_t *dropped) {
    const int64_t limit = UINT32_MAX;
    int64_t clamped = microseconds < limit ? microseconds : limit;
    uint32_t value = clamped > 0 ? (uint32_t)clamped : 0, gone = 0;
    uint32_t *slot = &ring[held == WINDOW ? oldest : held];
    if (held == WINDOW) {
        gone = *slot;
        oldest = (oldest + 1) % WINDOW;
        histogram[value < 16 ? bucket_of(gone) : bisect(gone)]--;
    } else {
        held++;
    }
    *slot = value;
    histogram[bisect(value)]++;
    sum -= gone;
    sum += value;
    if (dropped != NULL)
        *dropped = gone;
    if (longest < value)
        return longest = value, 1;
    return 0;
}
/* verdict: passed */
