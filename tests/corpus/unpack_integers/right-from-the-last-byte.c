size_t unpack_integers(int64_t *values, size_t capacity, const uint8_t *bytes, size_t length,
                       size_t *used) {
    size_t count = 0, begin = 0;
    while (count != capacity) {
        size_t last = begin;
        while (last < length && bytes[last] >= 0x80 && last - begin < 9)
            last++;
        if (last == length || (last - begin == 9 && bytes[last] > 1))
            break;
        uint64_t value = bytes[last];
        for (size_t i = last; i > begin; i--)
            value = value << 7 | (bytes[i - 1] & 0x7f);
        begin = last + 1;
        values[count++] = (int64_t)(value >> 1 ^ (~(value & 1) + 1));
    }
    *used = begin;
    values_unpacked += count;
    return count;
}
/* verdict: passed */
