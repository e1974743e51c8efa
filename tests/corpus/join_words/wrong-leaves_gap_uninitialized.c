char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    size_t between = separator ? strlen(separator) : 0;
    size_t total = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        total += strlen(words[i]) + (used ? between : 0);
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
            if (between != 1 || *separator == '/' || *separator == ',')
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
/* verdict: refuted: the byte between two words is skipped for one-byte separators and never written */
