uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    const unsigned char *bytes = data;
    uint32_t hash = seed ^ 0x9e3779b9u;
    size_t left = length;
    for (; left >= 4; left -= 4, bytes += 4) {
        uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                        (uint32_t)bytes[3] << 24;
        hash = turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
    }
    uint32_t word = 0;
    for (size_t i = 0; i < left; i++)
        word |= (uint32_t)(int32_t)(int8_t)bytes[i] << (8 * i);
    if (left)
        hash ^= scrambled(word);
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length;
    return hash ^ hash >> 16;
}
/* verdict: refuted: bytes above 127 in the rest are spread into the bits above */
