uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    if (length == 0)
        return 0;
    const unsigned char *bytes = data;
    const size_t left = length & 3, whole = length - left;
    uint32_t hash = seed ^ 0x9e3779b9u, word = 0;
    for (size_t i = 0; i < whole; i += 4) {
        memcpy(&word, bytes + i, sizeof word);
        hash = turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
    }
    if (left && whole) {
        memcpy(&word, bytes + length - 4, sizeof word);
        hash ^= scrambled(word >> (32 - 8 * left));
    } else if (left) {
        word = bytes[0] | (uint32_t)bytes[left / 2] << (left / 2 * 8);
        word |= (uint32_t)bytes[left - 1] << (8 * (left - 1));
        hash ^= scrambled(word);
    }
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length;
    return hash ^ hash >> 16;
}
/* verdict: refuted: the hash of no bytes is 0, whatever the seed */
