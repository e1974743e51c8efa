/* helpers: place */
static struct entry *place(struct entry **link, const char *word, size_t length) {
    char key[1024];
    if (!*link) {
        struct entry *fresh = malloc(sizeof *fresh + length + 1);
        if (!fresh)
            return NULL;
        fresh->left = NULL;
        fresh->right = NULL;
        fresh->count = 0;
        fresh->length = length;
        memcpy(fresh->word, word, length);
        fresh->word[length] = '\0';
        *link = fresh;
        return fresh;
    }
    size_t prefix = length < sizeof key ? length : sizeof key;
    memcpy(key, word, prefix);
    int order = prefix == length ? compare(key, length, (*link)->word, (*link)->length)
                                 : compare(word, length, (*link)->word, (*link)->length);
    if (order == 0)
        return *link;
    return place(order < 0 ? &(*link)->left : &(*link)->right, prefix == length ? key : word,
                 length);
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (!found || compare(word, length, found->word, found->length) != 0) {
        found = place(&index->root, word, length);
        if (!found)
            return NULL;
        if (found->count == 0) {
            index->entries++;
            index->bytes += length;
        }
    }
    found->count++;
    index->last = found;
    return found;
}
/* verdict: refuted: one stack frame with a copy of the word for each step down: sorted input overflows the stack */
