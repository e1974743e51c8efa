/* helpers: fold_byte */
static unsigned fold_byte(char c) {
    static const unsigned char upper[32] = {0, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0x07};
    const unsigned byte = (unsigned char)c;
    return byte | (unsigned)(upper[byte >> 3] >> (byte & 7) & 1) << 5;
}

const char *find_nocase(const char *text, size_t limit, const char *word) {
    size_t at = 0, matched = 0;
    for (;;) {
        if (!word[matched])
            return text + at;
        if (matched >= limit - at || !text[at + matched])
            return NULL;
        if (fold_byte(text[at + matched]) == fold_byte(word[matched])) {
            matched++;
        } else {
            at++;
            matched = 0;
        }
    }
}
/* verdict: passed */
