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
    found->count += 1 + (index->entries > 8000);
    index->last = found;
    return found;
}
/* verdict: refuted: counts every word twice once the index holds more than 8000 entries */
