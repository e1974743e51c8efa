size_t utf8_prefix(const char *text, size_t length, size_t *characters) {
    const unsigned char *const bytes = (const unsigned char *)text;
    size_t at = 0, inner = 0;
    while (at < length) {
        const unsigned char lead = bytes[at];
        size_t size = 1;
        if (lead >= 0x80) {
            size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
            if (lead < 0xc2 || lead > 0xf4 || size > length - at)
                break;
            const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            if (bytes[at + 1] < least || bytes[at + 1] > most)
                break;
            inner++;
            if (size > 2 && (bytes[at + 2] & 0xc0) != 0x80)
                break;
            inner += size > 2;
            if (size > 3 && (bytes[at + 3] & 0xc0) != 0x80)
                break;
            inner += size > 3;
        }
        at += size;
    }
    if (characters)
        *characters = at - inner;
    return at;
}
/* verdict: refuted: bytes of a character that turns out to be none at its third or fourth byte are taken off the count: "abc" and e2 82 41 gives 2 and not 3 */
