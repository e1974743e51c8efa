int64_t bucket_take(uint32_t bytes, uint64_t now) {
    int64_t need = (int64_t)bytes * 1000;
    if (now > bucket_stamp && bucket_rate > 0) {
        uint64_t elapsed = now - bucket_stamp;
        int64_t missing = bucket_burst - bucket_tokens;
        int64_t gain = (int64_t)(elapsed * (uint64_t)bucket_rate);
        bucket_tokens = gain > missing ? bucket_burst : bucket_tokens + gain;
    }
    bucket_stamp = now;
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
/* verdict: refuted: multiplies before it compares: a pause of years at a high rate overflows */
