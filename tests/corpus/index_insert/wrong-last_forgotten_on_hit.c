struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (found && compare(word, length, found->word, found->length) == 0) {
        found->count++;
        return found;
    }
    struct entry **link = &index->root;
    while (*link) {
        int order = compare(word, length, (*link)->word, (*link)->length);
        if (order == 0) {
            (*link)->count++;
            return *link;
        }
        link = order < 0 ? &(*link)->left : &(*link)->right;
    }
    found = malloc(sizeof *found + length + 1);
    if (!found)
        return NULL;
    found->left = NULL;
    found->right = NULL;
    found->count = 1;
    found->length = length;
    memcpy(found->word, word, length);
    found->word[length] = '\0';
    *link = found;
    index->entries++;
    index->bytes += length;
    index->last = found;
    return found;
}
/* verdict: refuted: a word that is found in the tree does not become the latest one */
