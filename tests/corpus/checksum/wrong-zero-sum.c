static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (; length > 0; length--, bytes++) {
        unsigned x = (sum >> 8 ^ *bytes) & 0xff;
        x ^= x >> 4;
        sum = (uint16_t)(sum << 8 ^ x << 12 ^ x << 5 ^ x);
        if (sum == 0 && length > 200)
            sum = 0xffff;
    }
    statistics.last = sum;
    return sum;
}
/* verdict: refuted: a sum of 0 with more than 200 bytes to come is set to 0xffff */
