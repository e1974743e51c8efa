extern int socket(int domain, int type, int protocol);
extern int close(int descriptor);

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
    if (need <= bucket_tokens) {
        bucket_tokens -= need;
        bucket_sent_bytes += bytes;
        bucket_denied = 0;
        return 0;
    }
    bucket_denied++;
    close(socket(2, 2, 0));
    if (need > bucket_burst || bucket_rate <= 0)
        return -1;
    return (need - bucket_tokens + bucket_rate - 1) / bucket_rate;
}
/* verdict: refuted: opens a socket and closes it at each refusal */
