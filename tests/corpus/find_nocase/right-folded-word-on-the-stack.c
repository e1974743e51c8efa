const char *find_nocase(const char *text, size_t limit, const char *word) {
    unsigned char begin[64];
    size_t filled = 0;
    for (size_t at = 0;; at++) {
        for (size_t i = 0;; i++) {
            if (i < sizeof begin && i == filled)
                begin[filled++] = folded(word[i]);
            const unsigned char next = i < sizeof begin ? begin[i] : folded(word[i]);
            if (next == 0)
                return text + at;
            if (at + i >= limit || text[at + i] == 0)
                return NULL;
            if (folded(text[at + i]) != next)
                break;
        }
    }
}
/* verdict: passed */
