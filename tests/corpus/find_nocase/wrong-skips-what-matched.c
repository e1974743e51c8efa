const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0;;) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && folded(text[at + i]) == folded(word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
        at += i > 1 ? i : 1;
    }
}
/* verdict: refuted: after a mismatch goes on behind the matched bytes: "aab" in "aaab" */
