static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = microseconds < 0            ? 0
                     : microseconds > UINT32_MAX ? UINT32_MAX
                                                 : (uint32_t)microseconds;
    uint32_t gone = 0;
    if (held == WINDOW) {
        gone = ring[oldest];
        histogram[bucket_of(gone)]--;
        sum -= gone;
        if (gone == value) {
            histogram[bucket_of(value)]++;
            sum += value;
            oldest = (oldest + 1) % WINDOW;
            if (dropped)
                *dropped = gone;
            return value > longest;
        }
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
/* verdict: passed */
