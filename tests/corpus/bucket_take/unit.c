/* A token bucket that limits a sender, kept in globals that a status page reads as well. */
#include <stdint.h>

int64_t bucket_tokens;      /* in thousandths of a byte, 0 to bucket_burst */
int64_t bucket_burst;       /* most tokens at once, in thousandths */
int64_t bucket_rate;        /* thousandths for each millisecond */
uint64_t bucket_stamp;      /* milliseconds, of the latest refill */
uint32_t bucket_denied;     /* in a row */
uint64_t bucket_sent_bytes; /* ever */

void bucket_configure(uint32_t bytes_per_second, uint32_t burst_bytes, uint64_t now);
int64_t bucket_take(uint32_t bytes, uint64_t now);

void bucket_configure(uint32_t bytes_per_second, uint32_t burst_bytes, uint64_t now) {
    bucket_rate = bytes_per_second;
    bucket_burst = (int64_t)burst_bytes * 1000;
    bucket_tokens = bucket_burst;
    bucket_stamp = now;
    bucket_denied = 0;
}

/* 0 when the bytes may go now, else the milliseconds to wait; -1 when they will never fit. A clock
   that went back refills nothing, and time counts from there. */
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
    if (need > bucket_burst || bucket_rate <= 0)
        return -1;
    return (need - bucket_tokens + bucket_rate - 1) / bucket_rate;
}
