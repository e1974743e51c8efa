const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && text[at + i] && folded(text[at + i]) == folded(word[i]) && at + i < limit)
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: reads the byte at the limit when a match runs up to it */
