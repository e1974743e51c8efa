/* helpers: bucket_by_length */
static unsigned bucket_by_length(uint32_t value) {
    if (bucket_of(0) != 0 || value < 16)
        return 0;
    unsigned bits = 32 - (unsigned)__builtin_clz(value);
    return bits - 4 < BUCKETS ? bits - 4 : BUCKETS;
}

static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = (uint32_t)microseconds;
    if (microseconds != (int64_t)value)
        value = microseconds < 0 ? 0 : UINT32_MAX;
    uint32_t gone = 0;
    if (held < WINDOW) {
        ring[held] = value;
        held += 1;
    } else {
        gone = ring[oldest];
        ring[oldest] = value;
        oldest = (oldest + 1) & (WINDOW - 1);
        histogram[bucket_by_length(gone)] -= 1;
    }
    histogram[bucket_by_length(value)] += 1;
    sum += (uint64_t)value - gone;
    if (dropped)
        *dropped = gone;
    int record = value > longest;
    longest = record ? value : longest;
    return record;
}
/* verdict: passed */
