static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (; length >= 2; length -= 2, bytes += 2) {
        uint16_t both = (uint16_t)(sum ^ (bytes[0] << 8 | bytes[1]));
        uint16_t next = by_nibble[both >> 12];
        next = (uint16_t)(next << 4 ^ by_nibble[(next >> 12 ^ both >> 8) & 15]);
        next = (uint16_t)(next << 4 ^ by_nibble[(next >> 12 ^ both >> 4) & 15]);
        sum = (uint16_t)(next << 4 ^ by_nibble[(next >> 12 ^ both) & 15]);
    }
    if (length) {
        sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ *bytes >> 4) & 15]);
        sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ *bytes) & 15]);
    }
    statistics.last = sum;
    return sum;
}
/* verdict: passed */
