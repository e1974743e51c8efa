/* helpers: order_of */
static int order_of(const char *word, size_t length, const struct entry *entry) {
    const int longer = (int)(length - entry->length);
    const int order = memcmp(word, entry->word, longer < 0 ? length : entry->length);
    return order ? order : longer;
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *found = index->last;
    if (!found || order_of(word, length, found) != 0) {
        struct entry **link = &index->root;
        while ((found = *link)) {
            const int order = order_of(word, length, found);
            if (order == 0)
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
/* verdict: refuted: the difference of the lengths is kept in 32 bits: with the word "" in the index, a word of 2^32 bytes is taken for it */
