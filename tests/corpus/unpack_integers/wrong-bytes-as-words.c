/* helpers: unpack_one */
static size_t unpack_one(uint64_t *value, const uint8_t *bytes, size_t length) {
    const size_t longest = length < 10 ? length : 10;
    uint64_t sum = 0;
    for (size_t i = 0; i < longest; i++) {
        sum |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
        if (i == 9 && bytes[i] > 1)
            return 0;
        if (!(bytes[i] & 0x80)) {
            *value = sum;
            return i + 1;
        }
    }
    return 0;
}

size_t unpack_integers(int64_t *values, size_t capacity, const uint8_t *bytes, size_t length,
                       size_t *used) {
    size_t count = 0, at = 0;
    while (count < capacity) {
        uint64_t eight;
        if (capacity - count >= 8 && length - at >= 8) {
            eight = *(const uint64_t *)(const void *)(bytes + at);
            if (!(eight & 0x8080808080808080u)) {
                for (unsigned k = 0; k < 8; k++, eight >>= 8)
                    values[count + k] = (int64_t)((eight & 0x7f) >> 1) ^ -(int64_t)(eight & 1);
                count += 8;
                at += 8;
                continue;
            }
        }
        uint64_t value;
        const size_t taken = unpack_one(&value, bytes + at, length - at);
        if (taken == 0)
            break;
        values[count++] = (int64_t)(value >> 1 ^ (0 - (value & 1)));
        at += taken;
    }
    *used = at;
    values_unpacked += count;
    return count;
}
/* verdict: refuted: reads eight bytes through uint64_t, misaligned and as another type */
