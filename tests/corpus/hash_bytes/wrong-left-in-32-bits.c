uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    const unsigned char *bytes = data;
    uint32_t hash = seed ^ 0x9e3779b9u;
    uint32_t left = (uint32_t)length;
    for (; left >= 4; left -= 4, bytes += 4) {
        uint32_t word;
        memcpy(&word, bytes, sizeof word);
        hash = turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
    }
    uint32_t word = 0;
    for (uint32_t i = 0; i < left; i++)
        word |= (uint32_t)bytes[i] << (8 * i);
    if (left)
        hash ^= scrambled(word);
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length;
    return hash ^ hash >> 16;
}
/* verdict: refuted: the bytes left are counted in 32 bits: of a blob of 2^32 + 1 bytes only the first is hashed */
