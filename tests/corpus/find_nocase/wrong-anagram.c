/* helpers: middle_fits */
static bool middle_fits(unsigned sum, unsigned wanted, char last, char word_last) {
    return sum == wanted && folded(last) == folded(word_last);
}

const char *find_nocase(const char *text, size_t limit, const char *word) {
    const size_t size = strlen(word);
    size_t end = 0;
    unsigned wanted = 0, sum = 0;
    if (size == 0)
        return text;
    for (size_t i = 0; i < size; i++)
        wanted += folded(word[i]) * 257u;
    while (end < limit && text[end]) {
        sum += folded(text[end++]) * 257u;
        if (end > size)
            sum -= folded(text[end - size - 1]) * 257u;
        if (end >= size && middle_fits(sum, wanted, text[end - 1], word[size - 1]) &&
            folded(text[end - size]) == folded(word[0]))
            return text + end - size;
    }
    return NULL;
}
/* verdict: refuted: compares the sum of the bytes and both ends: other orders between them match */
