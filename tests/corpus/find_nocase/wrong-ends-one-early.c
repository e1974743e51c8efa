const char *find_nocase(const char *text, size_t limit, const char *word) {
    const size_t size = strlen(word);
    if (size == 0)
        return text;
    for (size_t at = 0; at + size < limit && text[at]; at++) {
        size_t i = 0;
        while (i < size && text[at + i] && folded(text[at + i]) == folded(word[i]))
            i++;
        if (i == size)
            return text + at;
    }
    return NULL;
}
/* verdict: refuted: a word that stands at the very end of the limit is not found */
