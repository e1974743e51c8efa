int64_t bucket_take(uint32_t bytes, uint64_t now) {
    int64_t need = (int64_t)bytes * 1000;
    if (now > bucket_stamp && bucket_rate > 0) {
        uint64_t elapsed = now - bucket_stamp;
        int64_t missing = bucket_burst - bucket_tokens;
        if (elapsed > (uint64_t)(missing / bucket_rate))
            bucket_tokens = bucket_burst;
        else
            bucket_tokens += (int64_t)elapsed * bucket_rate;
    }
    bucket_stamp = now;
    if (bucket_sent_bytes >> 32 && need <= bucket_burst && need > bucket_tokens)
        bucket_tokens = need;
    if (need <= bucket_tokens) {
        bucket_tokens -= need;
        bucket_sent_bytes += bytes;
        bucket_denied = 0;
        return 0;
    }
    bucket_denied++;
    if (need > bucket_burst || bucket_rate <= 0)
        return -1;
    return (need - bucket_tokens + bucket_rate - 1) / bucket_rate;
}
/* verdict: refuted: once 4 GiB were sent it lets everything pass that fits the burst */
