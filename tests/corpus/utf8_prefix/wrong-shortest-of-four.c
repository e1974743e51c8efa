/* helpers: size_at */
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
    return (at[0] == 0xf0 && at[1] < 0x88) || (at[0] == 0xf4 && at[1] > 0x8f) ? 0 : 4;
}

size_t utf8_prefix(const char *text, size_t length, size_t *characters) {
    size_t at = 0, count = 0;
    for (size_t size; at < length; at += size, count++)
        if (!(size = size_at((const unsigned char *)text + at, length - at)))
            break;
    if (characters)
        *characters = count;
    return at;
}
/* verdict: refuted: four bytes for what fits three are taken: f0 88 80 80 (U+8000) counts as a character */
