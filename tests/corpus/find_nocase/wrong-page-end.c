const char *find_nocase(const char *text, size_t limit, const char *word) {
    const bool page_ends = ((uintptr_t)(text + limit) & 15) == 0;
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && (at + i < limit || (at + i == limit && !page_ends)) && text[at + i] &&
               folded(text[at + i]) == folded(word[i]))
            i++;
        if (!word[i] && at + i <= limit)
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: reads the byte behind the limit, but not where that is another page */
