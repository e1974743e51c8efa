const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && (text[at + i] | 32) == (word[i] | 32))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: sets bit 5 of every byte: '@' is taken for '`', '[' for '{', CR for '-' */
