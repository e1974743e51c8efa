int64_t bucket_take(uint32_t bytes, uint64_t now) {
    int64_t rate = bucket_rate;
    if (now > bucket_stamp && rate > 0) {
        __extension__ typedef __int128 wide;
        int64_t missing = bucket_burst - bucket_tokens;
        uint64_t elapsed = now - bucket_stamp;
        /* Whole milliseconds that fill the bucket but for less than one more. */
        if (missing >= 0 ? (wide)elapsed * rate > missing : elapsed > (uint64_t)(missing / rate))
            bucket_tokens = bucket_burst;
        else
            bucket_tokens += (int64_t)elapsed * rate;
    }
    bucket_stamp = now;
    int64_t need = (int64_t)bytes * 1000;
    if (bucket_tokens >= need) {
        bucket_tokens -= need;
        bucket_sent_bytes += bytes;
        bucket_denied = 0;
        return 0;
    }
    ++bucket_denied;
    if (rate <= 0 || need > bucket_burst)
        return -1;
    int64_t lack = need - bucket_tokens;
    return lack / rate + (lack % rate != 0);
}
/* verdict: passed */
