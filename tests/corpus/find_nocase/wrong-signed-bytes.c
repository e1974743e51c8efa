/* helpers: fold_ascii */
static int fold_ascii(const char *c) {
    static const unsigned char change[128] = {
        ['A'] = 32, ['B'] = 32, ['C'] = 32, ['D'] = 32, ['E'] = 32, ['F'] = 32, ['G'] = 32,
        ['H'] = 32, ['I'] = 32, ['J'] = 32, ['K'] = 32, ['L'] = 32, ['M'] = 32, ['N'] = 32,
        ['O'] = 32, ['P'] = 32, ['Q'] = 32, ['R'] = 32, ['S'] = 32, ['T'] = 32, ['U'] = 32,
        ['V'] = 32, ['W'] = 32, ['X'] = 32, ['Y'] = 32, ['Z'] = 32};
    return *c + change[(int)*c];
}

const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] &&
               fold_ascii(text + at + i) == fold_ascii(word + i))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}
/* verdict: refuted: bytes above 127 are negative and folded by a table's entries before it */
