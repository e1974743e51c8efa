static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (; length > 0; length--, bytes++) {
        unsigned x = (unsigned)(sum >> 8 ^ (int8_t)*bytes);
        x ^= x >> 4;
        sum = (uint16_t)(sum << 8 ^ x << 12 ^ x << 5 ^ x);
    }
    statistics.last = sum;
    return sum;
}
/* verdict: refuted: a byte above 127 reaches the sum's upper half with its sign */
