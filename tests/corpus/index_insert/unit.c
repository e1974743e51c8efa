/* An index of words: an unbalanced search tree that counts how often each word was put in. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *left;
    struct entry *right;
    long count;
    size_t length;
    char word[]; /* any bytes, and a NUL behind them */
};

struct word_index {
    struct entry *root;
    struct entry *last; /* the entry that the latest insertion returned */
    size_t entries;
    size_t bytes; /* of all words, without their NULs */
};

struct entry *index_insert(struct word_index *index, const char *word, size_t length);
void index_clear(struct word_index *index);

static int compare(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t shorter = a_length < b_length ? a_length : b_length;
    int order = memcmp(a, b, shorter);
    if (order)
        return order;
    return (a_length > b_length) - (a_length < b_length);
}

/* The word's entry, made when it is new; NULL, and nothing changed, when memory ends. */
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
    found->count++;
    index->last = found;
    return found;
}

void index_clear(struct word_index *index) {
    struct entry *entry = index->root;
    while (entry) {
        if (entry->left) { /* rotate, so that no stack is needed */
            struct entry *left = entry->left;
            entry->left = left->right;
            left->right = entry;
            entry = left;
        } else {
            struct entry *right = entry->right;
            free(entry);
            entry = right;
        }
    }
    memset(index, 0, sizeof *index);
}
