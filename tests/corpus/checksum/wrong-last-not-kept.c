static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (; length > 0; length--, bytes++) {
        unsigned x = (sum >> 8 ^ *bytes) & 0xff;
        x ^= x >> 4;
        sum = (uint16_t)(sum << 8 ^ x << 12 ^ x << 5 ^ x);
    }
    if (sum == 0 || length == 0)
        statistics.last = sum ? sum : statistics.last;
    return sum;
}
/* verdict: refuted: the statistics' last checksum is not kept for a damaged or partial frame */
