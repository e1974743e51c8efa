size_t utf8_prefix(const char *text, size_t length, size_t *characters) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *const bytes = (const unsigned char *)text;
    size_t at = 0, count = 0;
    for (; at < length; count++) {
        uint32_t code = bytes[at];
        const unsigned more = (code >= 0xc0) + (code >= 0xe0) + (code >= 0xf0);
        if ((code >= 0x80 && code < 0xc0) || code >= 0xf8 || length - at <= more)
            break;
        code &= more ? 0x3fu >> more : 0x7f;
        unsigned k = 1;
        for (; k <= more && (bytes[at + k] & 0xc0) == 0x80; k++)
            code = code << 6 | (bytes[at + k] & 0x3f);
        if (k <= more || code < least[more] || code > 0x10ffff || (code >> 11) == 0x1b)
            break;
        at += 1 + more;
    }
    if (characters)
        *characters = count;
    return at;
}
/* verdict: passed */
