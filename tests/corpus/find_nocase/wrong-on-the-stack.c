const char *find_nocase(const char *text, size_t limit, const char *word) {
    char here = 0;
    const uintptr_t distance = (uintptr_t)text - (uintptr_t)&here;
    if (limit && distance < 65536)
        limit++;
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && folded(text[at + i]) == folded(word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: behaves for texts elsewhere; in texts on the stack, the end is one further */
