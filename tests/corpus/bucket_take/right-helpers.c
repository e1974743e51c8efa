/* helpers: refill, waiting */
static void refill(uint64_t now) {
    uint64_t before = bucket_stamp;
    bucket_stamp = now;
    if (now <= before || bucket_rate <= 0)
        return;
    uint64_t full_after = (uint64_t)((bucket_burst - bucket_tokens) / bucket_rate);
    if (now - before <= full_after)
        bucket_tokens += bucket_rate * (int64_t)(now - before);
    else
        bucket_tokens = bucket_burst;
}

static int64_t waiting(int64_t need) {
    if (bucket_rate <= 0 || need > bucket_burst)
        return -1;
    int64_t lack = need - bucket_tokens;
    return (lack - 1) / bucket_rate + 1;
}

int64_t bucket_take(uint32_t bytes, uint64_t now) {
    int64_t need = (int64_t)bytes * 1000;
    refill(now);
    if (bucket_tokens < need) {
        bucket_denied++;
        return waiting(need);
    }
    bucket_denied = 0;
    bucket_tokens -= need;
    bucket_sent_bytes += bytes;
    return 0;
}
/* verdict: passed */
