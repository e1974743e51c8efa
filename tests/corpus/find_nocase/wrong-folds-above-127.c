/* helpers: same_letter */
static bool same_letter(char a, char b) {
    if (a == b)
        return true;
    const unsigned char low = (unsigned char)((a | 0x20) & 0x7f);
    return (a ^ b) == 0x20 && low >= 'a' && low <= 'z';
}

const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && same_letter(text[at + i], word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: the highest bit is left out when it asks for a letter: the bytes 0xc3 and 0xe3, as of "\xc3" in a text and "\xe3" as the word, are the same */
