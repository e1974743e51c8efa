/* helpers: bits_bucket */
static unsigned bits_bucket(uint32_t value) {
    return value < 16 ? bucket_of(value) : 28 - (unsigned)__builtin_clz(value);
}

static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = microseconds < 0            ? 0
                     : microseconds > UINT32_MAX ? UINT32_MAX
                                                 : (uint32_t)microseconds;
    uint32_t gone = 0;
    if (held == WINDOW) {
        gone = ring[oldest];
        histogram[bits_bucket(gone)]--;
        sum -= gone;
        ring[oldest] = value;
        oldest = (oldest + 1) % WINDOW;
    } else {
        ring[held++] = value;
    }
    histogram[bits_bucket(value)]++;
    sum += value;
    if (dropped)
        *dropped = gone;
    if (value <= longest)
        return 0;
    longest = value;
    return 1;
}
/* verdict: refuted: bucket by bit length without the last bucket: from 2^20 us on it counts behind the table */
