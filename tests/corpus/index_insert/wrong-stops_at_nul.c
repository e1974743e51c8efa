/* helpers: text_order */
static int text_order(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t shorter = a_length < b_length ? a_length : b_length;
    for (size_t i = 0; i < shorter; i++) {
        int order = (unsigned char)a[i] - (unsigned char)b[i];
        if (order || !a[i])
            return order;
    }
    return (a_length > b_length) - (a_length < b_length);
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (!found || compare(word, length, found->word, found->length) != 0) {
        struct entry **link = &index->root;
        int order;
        while (*link && (order = text_order(word, length, (*link)->word, (*link)->length)) != 0)
            link = order < 0 ? &(*link)->left : &(*link)->right;
        found = *link;
        if (!found) {
            found = malloc(sizeof *found + length + 1);
            if (!found)
                return NULL;
            found->left = NULL;
            found->right = NULL;
            found->count = 0;
            found->length = length;
            memcpy(found->word, word, length);
            found->word[length] = '\0';
            *link = found;
            index->entries++;
            index->bytes += length;
        }
    }
    found->count++;
    index->last = found;
    return found;
}
/* verdict: refuted: words that differ only behind a NUL byte are taken for one */
