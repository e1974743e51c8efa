/* helpers: size_at */
/* The bytes of the character at a place, 0 for none. */
static size_t size_at(const unsigned char *at, size_t left) {
    if (at[0] < 0x80)
        return 1;
    if (left < 2 || at[0] < 0xc2 || at[0] > 0xf4 || (at[1] & 0xc0) != 0x80)
        return 0;
    if (at[0] < 0xe0)
        return 2;
    if (left < 3 || (at[2] & 0xc0) != 0x80)
        return 0;
    if (at[0] < 0xf0)
        return (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ? 0 : 3;
    if (left < 4 || (at[3] & 0xc0) != 0x80)
        return 0;
    return (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f) ? 0 : 4;
}

size_t utf8_prefix(const char *text, size_t length, size_t *characters) {
    size_t at = 0, count = 0;
    while (at < length) {
        if (length - at >= 8) {
            uint64_t eight;
            memcpy(&eight, text + at, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                at += 8;
                count += 8;
                continue;
            }
        }
        const size_t size = size_at((const unsigned char *)text + at, length - at);
        if (!size)
            break;
        at += size;
        count++;
    }
    if (characters)
        *characters = count;
    return at;
}
/* verdict: passed */
