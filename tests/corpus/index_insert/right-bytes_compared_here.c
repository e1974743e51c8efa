/* helpers: step */
static int step(const struct entry *entry, const char *word, size_t length) {
    size_t i = 0;
    while (i < length && i < entry->length && word[i] == entry->word[i])
        i++;
    if (i < length && i < entry->length)
        return (unsigned char)word[i] < (unsigned char)entry->word[i] ? -1 : 1;
    return i < entry->length ? -1 : i < length ? 1 : compare(word + i, 0, entry->word + i, 0);
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry **link = &index->root;
    if (index->last && step(index->last, word, length) == 0)
        link = &index->last;
    while (*link) {
        int order = step(*link, word, length);
        if (!order)
            break;
        link = order > 0 ? &(*link)->right : &(*link)->left;
    }
    struct entry *entry = *link;
    if (!entry) {
        entry = malloc(length + sizeof *entry + 1);
        if (!entry)
            return NULL;
        char *to = entry->word;
        for (size_t i = 0; i < length; i++)
            *to++ = word[i];
        *to = '\0';
        entry->length = length;
        entry->count = 0;
        entry->right = entry->left = NULL;
        *link = entry;
        index->bytes += length;
        index->entries++;
    }
    index->last = entry;
    entry->count++;
    return entry;
}
/* verdict: passed */
