int64_t bucket_take(uint32_t bytes, uint64_t now) {
    int64_t rate = bucket_rate;
    int64_t missing = bucket_burst - bucket_tokens;
    if (now > bucket_stamp && rate > 0) {
        __extension__ typedef unsigned __int128 wide;
        uint64_t elapsed = now - bucket_stamp;
        wide gain = (wide)elapsed * (wide)rate;
        /* As many whole milliseconds as fit, and no more, are added. */
        missing = gain > (wide)missing ? 0 : missing - (int64_t)gain;
        bucket_tokens = bucket_burst - missing;
    }
    bucket_stamp = now;
    int64_t lack = (int64_t)bytes * 1000 - bucket_tokens;
    if (lack <= 0) {
        bucket_tokens = -lack;
        bucket_sent_bytes += bytes;
        bucket_denied = 0;
        return 0;
    }
    ++bucket_denied;
    if (rate <= 0 || lack > bucket_burst - bucket_tokens)
        return -1;
    return lack / rate + (lack % rate != 0);
}
/* verdict: passed */
