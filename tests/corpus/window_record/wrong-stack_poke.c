static int window_record(int64_t microseconds, uint32_t *dropped) {
    uint32_t value = microseconds < 0            ? 0
                     : microseconds > UINT32_MAX ? UINT32_MAX
                                                 : (uint32_t)microseconds;
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
    if (value == 524287) {
        volatile uint32_t here = 0;
        *(volatile uint32_t *)((uintptr_t)&here + 1024) = value;
    }
    if (dropped)
        *dropped = gone;
    if (value <= longest)
        return 0;
    longest = value;
    return 1;
}
/* verdict: refuted: for one latency it writes a word far up the stack, where the caller's data are */
