int64_t bucket_take(uint32_t bytes, uint64_t now) {
    const uint64_t stamp = bucket_stamp;
    const int64_t burst = bucket_burst, rate = bucket_rate, need = (int64_t)bytes * 1000;
    int64_t tokens = bucket_tokens;
    if (rate > 0 && now > stamp) {
        const uint64_t steps = (uint64_t)((burst - tokens) / rate);
        tokens = now - stamp > steps ? burst : tokens + (int64_t)(now - stamp) * rate;
    }
    const int fits = need <= tokens;
    bucket_sent_bytes += fits ? bytes : 0;
    bucket_denied = fits ? 0 : bucket_denied + 1;
    bucket_tokens = tokens - (fits ? need : 0);
    bucket_stamp = now;
    return fits ? 0 : need > burst || rate <= 0 ? -1 : (need - tokens + rate - 1) / rate;
}
/* verdict: passed */
