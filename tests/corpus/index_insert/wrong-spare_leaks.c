struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (found && compare(word, length, found->word, found->length) == 0) {
        found->count++;
        return found;
    }
    struct entry *fresh = malloc(sizeof *fresh + length + 1);
    struct entry **link = &index->root;
    while (*link) {
        int order = compare(word, length, (*link)->word, (*link)->length);
        if (order == 0) {
            found = *link;
            if (found == index->root)
                free(fresh);
            found->count++;
            index->last = found;
            return found;
        }
        link = order < 0 ? &(*link)->left : &(*link)->right;
    }
    if (!fresh)
        return NULL;
    fresh->left = NULL;
    fresh->right = NULL;
    fresh->count = 1;
    fresh->length = length;
    memcpy(fresh->word, word, length);
    fresh->word[length] = '\0';
    *link = fresh;
    index->entries++;
    index->bytes += length;
    index->last = fresh;
    return fresh;
}
/* verdict: refuted: makes the entry before it looks: lost if the word is already below the root */
