struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *entry = index->last;
    if (entry && entry->length == length && memcmp(entry->word, word, length) == 0) {
        entry->count++;
        return entry;
    }
    struct entry **link = &index->root;
    while ((entry = *link) != NULL) {
        int order = compare(entry->word, entry->length, word, length);
        if (order == 0) {
            entry->count += 1;
            return index->last = entry;
        }
        link = order > 0 ? &entry->left : &entry->right;
    }
    entry = malloc(offsetof(struct entry, word) + length + 1);
    if (entry) {
        entry->left = entry->right = NULL;
        entry->count = 1;
        entry->length = length;
        memcpy(entry->word, word, length);
        entry->word[length] = 0;
        *link = entry;
        index->last = entry;
        index->entries++;
        index->bytes += length;
    }
    return entry;
}
/* verdict: passed */
