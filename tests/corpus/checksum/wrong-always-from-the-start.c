static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    sum = 0xffff;
    for (; length > 0; length--, bytes++) {
        unsigned x = (sum >> 8 ^ *bytes) & 0xff;
        x ^= x >> 4;
        sum = (uint16_t)(sum << 8 ^ x << 12 ^ x << 5 ^ x);
    }
    statistics.last = sum;
    return sum;
}
/* verdict: refuted: always begins with 0xffff: wrong for the second piece of a frame */
