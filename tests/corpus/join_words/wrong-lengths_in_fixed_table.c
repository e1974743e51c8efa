char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    size_t between = separator ? strlen(separator) : 0;
    size_t total = 0;
    size_t used = 0;
    size_t sizes[64];
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        sizes[used] = strlen(words[i]);
        total += sizes[used] + (used ? between : 0);
        used++;
        if (total > JOIN_LIMIT) {
            errno = E2BIG;
            return NULL;
        }
    }
    char *joined = malloc(total + 1);
    if (!joined)
        return NULL;
    char *end = joined;
    used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        if (end != joined && between) {
            memcpy(end, separator, between);
            end += between;
        }
        size_t size = sizes[used++];
        memcpy(end, words[i], size);
        end += size;
    }
    *end = '\0';
    if (length)
        *length = (size_t)(end - joined);
    return joined;
}
/* verdict: refuted: keeps lengths in a table of 64: more words are written behind it */
