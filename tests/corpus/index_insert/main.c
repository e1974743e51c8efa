#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct entry {
    struct entry *left;
    struct entry *right;
    long count;
    size_t length;
    char word[];
};

struct word_index {
    struct entry *root;
    struct entry *last;
    size_t entries;
    size_t bytes;
};

struct entry *index_insert(struct word_index *index, const char *word, size_t length);
void index_clear(struct word_index *index);

static uint64_t state = 99;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

static void walk(const struct entry *entry, uint64_t *digest, unsigned depth) {
    for (; entry; entry = entry->right, depth++) {
        walk(entry->left, digest, depth + 1);
        for (size_t i = 0; i < entry->length; i++)
            *digest = *digest * 131 + (unsigned char)entry->word[i];
        *digest = *digest * 131 + (uint64_t)entry->count + depth;
    }
}

int main(void) {
    static const char *const parts[] = {"an",  "ber", "con", "de", "en",  "fal", "gor", "hi",
                                        "is",  "jo",  "ka",  "li", "mon", "ne",  "or",  "pa",
                                        "qui", "ra",  "se",  "tu", "ur",  "vo",  "we",  "xy"};
    for (int text = 0; text < 12; text++) {
        struct word_index index = {NULL, NULL, 0, 0};
        uint64_t digest = 0;
        for (int i = 0; i < 20000; i++) {
            char word[32] = "";
            uint32_t syllables = 2 + next_random() % 3;
            for (uint32_t s = 0; s < syllables; s++)
                strcat(word, parts[next_random() % 24]);
            struct entry *entry = index_insert(&index, word, strlen(word));
            if (!entry || strcmp(entry->word, word) != 0)
                return 1;
        }
        walk(index.root, &digest, 0);
        printf("%d: %zu words, %zu bytes, %016llx\n", text, index.entries, index.bytes,
               (unsigned long long)digest);
        index_clear(&index);
    }
    return 0;
}
