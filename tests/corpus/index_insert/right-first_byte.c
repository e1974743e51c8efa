/* helpers: order_of */
static inline int order_of(const char *word, size_t length, const struct entry *entry) {
    if (length && entry->length && word[0] != entry->word[0])
        return (unsigned char)word[0] < (unsigned char)entry->word[0] ? -1 : 1;
    return compare(word, length, entry->word, entry->length);
}

struct entry *index_insert(struct word_index *index, const char *word, size_t length) {
    struct entry *hit = NULL;
    if (index->last && order_of(word, length, index->last) == 0)
        hit = index->last;
    struct entry *above = NULL, *at = hit ? NULL : index->root;
    int order = 0;
    while (at) {
        order = order_of(word, length, at);
        if (order == 0) {
            hit = at;
            break;
        }
        above = at;
        at = order < 0 ? at->left : at->right;
    }
    if (!hit) {
        hit = malloc(sizeof *hit + length + 1);
        if (!hit)
            return NULL;
        *hit = (struct entry){.left = NULL, .right = NULL, .count = 0, .length = length};
        hit->word[length] = '\0';
        memcpy(hit->word, word, length);
        if (!above)
            index->root = hit;
        else if (order < 0)
            above->left = hit;
        else
            above->right = hit;
        index->bytes += length;
        index->entries += 1;
    }
    hit->count++;
    index->last = hit;
    return hit;
}
/* verdict: passed */
