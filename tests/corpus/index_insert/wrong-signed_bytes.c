/* helpers: signed_order */
static int signed_order(const char *a, size_t a_length, const char *b, size_t b_length) {
    for (size_t i = 0; i < a_length && i < b_length; i++)
        if (a[i] != b[i])
            return (signed char)a[i] - (signed char)b[i];
    return (a_length > b_length) - (a_length < b_length);
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (!found || compare(word, length, found->word, found->length) != 0) {
        struct entry **link = &index->root;
        int order;
        while (*link && (order = signed_order(word, length, (*link)->word, (*link)->length)) != 0)
            link = order < 0 ? &(*link)->left : &(*link)->right;
        found = *link;
        if (!found) {
            found = malloc(sizeof *found + length + 1);
            if (!found)
                return NULL;
            found->left = found->right = NULL;
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
/* verdict: refuted: orders bytes over 127 before the others */
