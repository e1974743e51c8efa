/* helpers: byte_added */
static uint16_t byte_added(uint16_t sum, uint8_t byte) {
    unsigned wide = (unsigned)sum ^ (unsigned)byte << 8;
    for (int bit = 0; bit < 8; bit++)
        wide = wide << 1 ^ ((wide & 0x8000u) ? 0x11021u : 0u);
    return (uint16_t)wide;
}

static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    size_t i = 0;
    for (; length - i >= 8; i += 8) {
        uint8_t eight[8];
        memcpy(eight, bytes + i, sizeof eight);
        for (int k = 0; k < 8; k++)
            sum = byte_added(sum, eight[k]);
    }
    for (; i < length && i < 248; i++)
        sum = byte_added(sum, bytes[i]);
    return statistics.last = sum;
}
/* verdict: refuted: of frames of more than 248 bytes, the bytes behind the 248th are left out */
