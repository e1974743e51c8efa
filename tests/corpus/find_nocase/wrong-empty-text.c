const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0; at < limit && text[at]; at++) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && folded(text[at + i]) == folded(word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
    return NULL;
}
/* verdict: refuted: an empty word is not found in an empty text */
