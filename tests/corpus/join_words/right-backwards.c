/* helpers: size_of */
static size_t size_of(const char *word) { return word ? strlen(word) : 0; }

char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    size_t between = size_of(separator), total = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = size_of(words[i]);
        if (size) {
            total += total ? between + size : size;
            if (total > JOIN_LIMIT) {
                errno = E2BIG;
                return NULL;
            }
        }
    }
    char *joined = malloc(total + 1);
    if (!joined)
        return NULL;
    size_t at = total;
    joined[at] = '\0';
    for (size_t i = count; i-- > 0;) {
        size_t size = size_of(words[i]);
        if (!size)
            continue;
        at -= size;
        memcpy(joined + at, words[i], size);
        if (at && between) {
            at -= between;
            memcpy(joined + at, separator, between);
        }
    }
    if (length)
        *length = total;
    return joined;
}
/* verdict: passed */
