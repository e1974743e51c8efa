#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

char *join_words(const char *const *words, size_t count, const char *separator, size_t *length);

static uint64_t state = 11;

static uint32_t next_random(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

int main(void) {
    static const char *const path[] = {"usr",    "local", "share", "",     "include", "lib64",
                                       "python", "site",  "src",   "main", "test",    "a"};
    static const char *const separators[] = {"/", ", ", "::", ""};
    uint64_t digest = 0;
    for (int i = 0; i < 300000; i++) {
        const char *words[16];
        size_t count = 1 + next_random() % 16;
        for (size_t w = 0; w < count; w++)
            words[w] = path[next_random() % 12];
        size_t length = 0;
        char *joined = join_words(words, count, separators[i % 4], &length);
        if (!joined)
            return 1;
        for (size_t c = 0; c <= length; c++)
            digest = digest * 131 + (unsigned char)joined[c];
        if (i % 30000 == 0)
            printf("%zu %s\n", length, joined);
        free(joined);
    }
    printf("%016" PRIx64 "\n", digest);
    return 0;
}
