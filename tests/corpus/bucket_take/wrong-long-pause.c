int64_t bucket_take(uint32_t bytes, uint64_t now) {
    int64_t need = (int64_t)bytes * 1000;
    if (now > bucket_stamp && bucket_rate > 0) {
        const uint64_t elapsed = now - bucket_stamp;
        const uint64_t missing = (uint64_t)(bucket_burst - bucket_tokens);
        /* 32 bits by 32 bits; a longer pause fills every bucket */
        const uint64_t gained = (uint64_t)(uint32_t)elapsed * (uint64_t)bucket_rate;
        if (elapsed >> 32 || gained > missing)
            bucket_tokens = bucket_burst;
        else
            bucket_tokens += (int64_t)gained;
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
/* verdict: refuted: a pause of 2^32 ms fills every bucket, also one of a large burst and a small rate: burst 4294967295000, tokens 0, rate 1, 2^32 ms later */
