/* helpers: mixed */
static uint32_t mixed(uint32_t hash, uint32_t word) {
    return turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
}

uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    const unsigned char *at = data;
    const size_t whole = length & ~(size_t)15;
    uint32_t hash = seed ^ 0x9e3779b9u, word = 0;
    size_t i = 0;
    for (; i < whole; i += 16) {
        uint32_t words[4];
        memcpy(words, at + i, sizeof words);
        hash = mixed(hash, words[0]);
        hash = mixed(hash, words[1]);
        hash = mixed(hash, words[2]);
        hash = mixed(hash, words[3]);
    }
    for (; length - i >= 4; i += 4) {
        memcpy(&word, at + i, sizeof word);
        hash = mixed(hash, word);
    }
    word = 0;
    switch (length & 3) {
    case 3:
    case 2:
        word |= (uint32_t)at[i + 1] << 8;
        /* fall through */
    case 1:
        word |= at[i];
        hash ^= scrambled(word);
    }
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length;
    return hash ^ hash >> 16;
}
/* verdict: refuted: with three bytes left over, the last of them is left out */
