/* helpers: made */
static struct entry *made(struct word_index *index, const char *word, size_t length) {
    struct entry *entry = malloc(sizeof *entry + length + 1);
    if (!entry)
        return NULL;
    memset(entry, 0, sizeof *entry);
    memcpy(entry->word, word, length);
    memset(entry->word + length, 0, 1);
    entry->length = length;
    index->entries++;
    index->bytes += length;
    return entry;
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (found && compare(word, length, found->word, found->length) == 0) {
        found->count++;
        return found;
    }
    struct entry **link = &index->root;
    for (found = *link; found; found = *link) {
        int order = compare(word, length, found->word, found->length);
        if (order < 0)
            link = &found->left;
        else if (order > 0)
            link = &found->right;
        else
            break;
    }
    if (!found) {
        found = made(index, word, length);
        if (!found)
            return NULL;
        *link = found;
    }
    found->count++;
    index->last = found;
    return found;
}
/* verdict: passed */
