const char *find_nocase(const char *text, size_t limit, const char *word) {
    const unsigned char lower = folded(word[0]);
    const unsigned char upper =
        lower >= 'a' && lower <= 'z' ? (unsigned char)(lower - ('a' - 'A')) : lower;
    if (lower == 0)
        return text;
    for (; limit > 0 && *text; text++, limit--) {
        if ((unsigned char)*text != lower && (unsigned char)*text != upper)
            continue;
        for (size_t i = 1;; i++) {
            if (!word[i])
                return text;
            if (i == limit || !text[i])
                return NULL;
            if (folded(text[i]) != folded(word[i]))
                break;
        }
    }
    return NULL;
}
/* verdict: passed */
