struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (!found || compare(word, length, found->word, found->length) != 0) {
        struct entry **link = &index->root;
        while ((found = *link) != NULL) {
            size_t shorter = length < found->length ? length : found->length;
            int order = memcmp(word, found->word, shorter);
            if (order == 0 && length == found->length)
                break;
            link = order < 0 ? &found->left : &found->right;
        }
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
/* verdict: refuted: a word that is a prefix of another goes to its right */
