char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    size_t lengths[32];
    const size_t between = separator ? strlen(separator) : 0;
    size_t total = 0, used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = words[i] ? strlen(words[i]) : 0;
        if (i < 32)
            lengths[i] = size;
        if (size == 0)
            continue;
        if (used++)
            total += between;
        total += size;
        if (total > JOIN_LIMIT) {
            errno = E2BIG;
            return NULL;
        }
    }
    char *joined = malloc(total + 1);
    if (joined == NULL)
        return NULL;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = i < 32 ? lengths[i] : words[i] ? strlen(words[i]) : 0;
        if (size == 0)
            continue;
        if (at) {
            memcpy(joined + at, separator ? separator : "", between);
            at += between;
        }
        memcpy(joined + at, words[i], size);
        at += size;
    }
    joined[at] = 0;
    if (length)
        *length = total;
    return joined;
}
/* verdict: passed */
