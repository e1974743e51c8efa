const char *find_nocase(const char *text, size_t limit, const char *word) {
    const size_t size = strlen(word);
    for (size_t at = 0; size <= limit && at <= limit - size; at++) {
        size_t i = 0;
        while (i < size && folded(text[at + i]) == folded(word[i]))
            i++;
        if (i == size)
            return text + at;
    }
    return NULL;
}
/* verdict: refuted: a NUL byte does not end the text: reads and searches up to the limit */
