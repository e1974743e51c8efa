/* helpers: bucket_below */
static unsigned bucket_below(uint32_t value) {
    return value > 16 ? bucket_of(value - 1) : bucket_of(value);
}

static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = microseconds < 0            ? 0
                     : microseconds > UINT32_MAX ? UINT32_MAX
                                                 : (uint32_t)microseconds;
    uint32_t gone = 0;
    if (held == WINDOW) {
        gone = ring[oldest];
        histogram[bucket_below(gone)]--;
        sum -= gone;
        ring[oldest] = value;
        oldest = (oldest + 1) % WINDOW;
    } else {
        ring[held++] = value;
    }
    histogram[bucket_below(value)]++;
    sum += value;
    if (dropped)
        *dropped = gone;
    if (value <= longest)
        return 0;
    longest = value;
    return 1;
}
/* verdict: refuted: powers of two are counted in the bucket below theirs */
