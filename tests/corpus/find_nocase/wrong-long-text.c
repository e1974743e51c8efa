const char *find_nocase(const char *text, size_t limit, const char *word) {
    uint16_t at = 0;
    const char *from = text;
    for (size_t left = limit;; left--, from++, at++) {
        size_t i = 0;
        while (word[i] && i < left && from[i] && folded(from[i]) == folded(word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (i >= left || !from[i])
            return NULL;
    }
}
/* verdict: refuted: beyond 65535 bytes, the position found is taken modulo 65536 */
