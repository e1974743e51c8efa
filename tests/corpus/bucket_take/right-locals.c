int64_t bucket_take(uint32_t bytes, uint64_t now) {
    const int64_t rate = bucket_rate, burst = bucket_burst;
    const uint64_t stamp = bucket_stamp;
    int64_t tokens = bucket_tokens;
    int64_t need = 1000 * (int64_t)bytes;
    bucket_stamp = now;
    if (rate > 0 && stamp < now)
        tokens = (uint64_t)((burst - tokens) / rate) < now - stamp
                     ? burst
                     : tokens + (int64_t)(now - stamp) * rate;
    if (tokens >= need) {
        bucket_tokens = tokens - need;
        bucket_denied = 0;
        bucket_sent_bytes = bucket_sent_bytes + bytes;
        return 0;
    }
    bucket_tokens = tokens;
    bucket_denied += 1;
    if (rate <= 0 || burst < need)
        return -1;
    return (need - tokens - 1 + rate) / rate;
}
/* verdict: passed */
