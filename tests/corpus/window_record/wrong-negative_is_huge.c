static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = (uint64_t)microseconds > UINT32_MAX ? UINT32_MAX : (uint32_t)microseconds;
    uint32_t gone = 0;
    if (held == WINDOW) {
        gone = ring[oldest];
        histogram[bucket_of(gone)]--;
        sum -= gone;
        ring[oldest] = value;
        oldest = (oldest + 1) % WINDOW;
    } else {
        ring[held++] = value;
    }
    histogram[bucket_of(value)]++;
    sum += value;
    if (dropped)
        *dropped = gone;
    if (value <= longest)
        return 0;
    longest = value;
    return 1;
}
/* verdict: refuted: negative latencies count as the longest possible */
