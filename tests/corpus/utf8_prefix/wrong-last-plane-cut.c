size_t utf8_prefix(const char *text, size_t length, size_t *characters) {
    size_t at = 0, count = 0;
    while (at < length) {
        const unsigned char lead = (unsigned char)text[at];
        if (length - at >= 8) {
            uint64_t eight;
            memcpy(&eight, text + at, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                at += 8;
                count += 8;
                continue;
            }
        }
        const unsigned more = (lead >= 0xc0) + (lead >= 0xe0) + (lead >= 0xf0);
        if (lead > 0xf4 || (lead >= 0x80 && lead < 0xc2) || more >= length - at)
            break;
        uint32_t rest = 0;
        memcpy(&rest, text + at + 1, more);
        const uint32_t marks = 0xc0c0c0u & ((1u << 8 * more) - 1);
        if ((rest & marks) != (0x808080u & marks))
            break;
        const unsigned char next = (unsigned char)rest;
        if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next > 0x9f) ||
            (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next >= 0x8f))
            break;
        at += 1 + more;
        count++;
    }
    if (characters)
        *characters = count;
    return at;
}
/* verdict: refuted: the last 4096 characters are refused: f4 8f bf bf (U+10FFFF) */
