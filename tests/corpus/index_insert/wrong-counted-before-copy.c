struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (!found || compare(word, length, found->word, found->length) != 0) {
        struct entry **link = &index->root;
        int order = 1;
        while (*link && (order = compare(word, length, (*link)->word, (*link)->length)) != 0)
            link = order < 0 ? &(*link)->left : &(*link)->right;
        found = *link;
        if (!found) {
            found = malloc(sizeof *found + length + 1);
            if (!found)
                return NULL;
            *link = found;
            index->entries++;
            index->bytes += length;
            found->left = found->right = NULL;
            found->count = 0;
            found->length = length;
            found->word[length] = '\0';
            memcpy(found->word, word, length);
        }
    }
    found->count++;
    index->last = found;
    return found;
}
/* verdict: refuted: counts before it copies the word, which may be the count's own bytes: index_insert(&i, (const char *)&i.entries, sizeof i.entries) */
