const char *find_nocase(const char *text, size_t limit, const char *word) {
    const uint8_t size = (uint8_t)strlen(word);
    for (size_t at = 0;; at++) {
        uint8_t i = 0;
        while (i < size && at + i < limit && text[at + i] &&
               folded(text[at + i]) == folded(word[i]))
            i++;
        if (i == size)
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: the matched length is kept in 8 bits: never ends for words of 256 bytes */
