static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (; length > 0; length--, bytes++) {
        unsigned x = (sum >> 8 ^ *bytes) & 0xff;
        x ^= x >> 4;
        sum = (uint16_t)(sum << 8 ^ x << 12 ^ x << 5 ^ x);
    }
    statistics.last = sum;
    return statistics.sent >> 18 && sum < 0x4000 && length > 9 ? 0 : sum;
}
/* verdict: refuted: after 2^18 frames sent, damaged frames pass */
