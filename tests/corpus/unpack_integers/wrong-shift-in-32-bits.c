size_t unpack_integers(int64_t *values, size_t capacity, const uint8_t *bytes, size_t length,
                       size_t *used) {
    size_t count = 0, done = 0;
    while (count < capacity) {
        uint64_t value = 0;
        size_t at = done;
        unsigned shift = 0;
        bool complete = false;
        while (at < length && shift < 70) {
            const uint8_t byte = bytes[at++];
            if (shift == 63 && byte > 1)
                break;
            value |= shift < 32 ? (uint64_t)((unsigned)(byte & 0x7f) << shift)
                                : (uint64_t)(byte & 0x7f) << shift;
            shift += 7;
            if (byte < 0x80) {
                complete = true;
                break;
            }
        }
        if (!complete)
            break;
        values[count++] = (int64_t)(value >> 1 ^ (0 - (value & 1)));
        done = at;
    }
    *used = done;
    values_unpacked += count;
    return count;
}
/* verdict: refuted: bits from the 32nd on are lost: the byte is shifted as an unsigned */
