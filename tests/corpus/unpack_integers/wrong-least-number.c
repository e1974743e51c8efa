size_t unpack_integers(int64_t *values, size_t capacity, const uint8_t *bytes, size_t length,
                       size_t *used) {
    const uint8_t *at = bytes, *const end = bytes + length;
    size_t count = 0;
    for (; count < capacity && at < end; count++) {
        uint64_t value = *at & 0x7f;
        const uint8_t *next = at + 1;
        if (*at >= 0x80) {
            unsigned shift = 7;
            while (next < end && *next >= 0x80 && shift < 63) {
                value |= (uint64_t)(*next++ & 0x7f) << shift;
                shift += 7;
            }
            if (next == end || (shift == 63 && *next > 1))
                break;
            value |= (uint64_t)*next++ << shift;
        }
        values[count] = value & 1 ? -(int64_t)((value + 1) >> 1) : (int64_t)(value >> 1);
        at = next;
    }
    *used = (size_t)(at - bytes);
    values_unpacked += count;
    return count;
}
/* verdict: refuted: -2^63 comes out as 0: its sign is lost with the magnitude */
