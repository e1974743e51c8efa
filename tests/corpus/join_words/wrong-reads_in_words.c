/* helpers: measured */
static size_t measured(const char *word) {
    for (size_t n = 0;; n += 8) {
        uint64_t chunk;
        memcpy(&chunk, word + n, sizeof chunk);
        if (((chunk - 0x0101010101010101u) & ~chunk & 0x8080808080808080u) != 0)
            return n + strlen(word + n);
    }
}

char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    size_t between = separator ? strlen(separator) : 0;
    size_t total = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        total += measured(words[i]) + (used ? between : 0);
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
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        if (end != joined && between) {
            memcpy(end, separator, between);
            end += between;
        }
        size_t size = strlen(words[i]);
        memcpy(end, words[i], size);
        end += size;
    }
    *end = '\0';
    if (length)
        *length = (size_t)(end - joined);
    return joined;
}
/* verdict: refuted: measures words eight bytes at a time and reads up to seven behind their ends */
