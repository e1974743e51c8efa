static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    if (length > 0) {
        unsigned ahead = *bytes;
        while (length-- > 0) {
            const unsigned byte = ahead;
            ahead = *++bytes;
            sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ byte >> 4) & 15]);
            sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ byte) & 15]);
        }
    }
    statistics.last = sum;
    return sum;
}
/* verdict: refuted: the byte behind the last one is read */
