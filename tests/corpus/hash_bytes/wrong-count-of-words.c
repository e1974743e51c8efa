uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    const unsigned char *bytes = data;
    uint32_t hash = seed ^ 0x9e3779b9u, word;
    size_t words = length / 4;
    for (; words > 0; words--, bytes += 4) {
        memcpy(&word, bytes, sizeof word);
        hash = turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
    }
    word = 0;
    if (length % 4) {
        memcpy(&word, bytes, length % 4);
        hash ^= scrambled(word);
    }
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length > 63 ? length & ~(size_t)3 : length;
    return hash ^ hash >> 16;
}
/* verdict: refuted: counts the bytes of whole words only when the length is above 63 */
