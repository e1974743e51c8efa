char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    const char *between = separator ? separator : "";
    size_t gap = strlen(between);
    size_t total = 0;
    const char *const *const stop = words + count;
    for (const char *const *w = words; w != stop; w++) {
        if (*w == NULL || **w == '\0')
            continue;
        total += (total ? gap : 0) + strlen(*w);
        if (total > JOIN_LIMIT)
            return errno = E2BIG, (char *)NULL;
    }
    char *joined = malloc(total + 1);
    if (joined) {
        char *to = joined;
        for (const char *const *w = words; w != stop; w++) {
            const char *from = *w;
            if (!from || !*from)
                continue;
            if (to > joined)
                for (size_t i = 0; i < gap; i++)
                    *to++ = between[i];
            while (*from)
                *to++ = *from++;
        }
        *to = '\0';
        if (length)
            *length = total;
    }
    return joined;
}
/* verdict: passed */
