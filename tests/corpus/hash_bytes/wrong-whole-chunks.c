/* helpers: over_words */
static uint32_t over_words(uint32_t hash, const unsigned char *bytes, size_t words) {
    for (size_t i = 0; i < words; i++) {
        uint32_t word;
        memcpy(&word, bytes + 4 * i, sizeof word);
        hash = turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
    }
    return hash;
}

uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    enum { CHUNK = 1 << 11 };
    const unsigned char *bytes = data;
    uint32_t hash = seed ^ 0x9e3779b9u;
    for (size_t chunks = length ? (length - 1) / CHUNK : 0; chunks; chunks--, bytes += CHUNK)
        hash = over_words(hash, bytes, CHUNK / 4);
    const size_t left = length % CHUNK;
    hash = over_words(hash, bytes, left / 4);
    bytes += left / 4 * 4;
    uint32_t word = 0;
    for (size_t i = 0; i < left % 4; i++)
        word |= (uint32_t)bytes[i] << (8 * i);
    if (left % 4)
        hash ^= scrambled(word);
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length;
    return hash ^ hash >> 16;
}
/* verdict: refuted: of a length that is a multiple of 2048 the last 2048 bytes are left out, as for a page of 4096 */
