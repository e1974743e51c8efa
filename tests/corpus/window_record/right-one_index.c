static int window_record(int64_t microseconds, uint32_t *dropped) {
    const int full = held == WINDOW;
    const uint32_t value = (uint64_t)microseconds <= UINT32_MAX ? (uint32_t)microseconds
                           : microseconds < 0                   ? 0
                                                                : UINT32_MAX;
    const uint32_t at = full ? oldest : held;
    uint32_t gone = full ? ring[at] : 0;
    histogram[bucket_of(value)]++;
    if (full)
        histogram[bucket_of(gone)]--;
    oldest = full ? (at + 1) % WINDOW : oldest;
    held += !full;
    ring[at] = value;
    sum += (int64_t)value - (int64_t)gone;
    if (dropped)
        dropped[0] = gone;
    if (longest >= value)
        return 0;
    longest = value;
    return 1;
}
/* verdict: passed */
