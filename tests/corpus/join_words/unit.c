/* Joins words into one new string; the caller frees it. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define JOIN_LIMIT ((size_t)1 << 24)

char *join_words(const char *const *words, size_t count, const char *separator, size_t *length);

/* Empty words are left out, NULL is an empty word. NULL with errno set when the result would be
   longer than JOIN_LIMIT or memory ends; `*length`, where it is asked for, is set only on success.
 */
char *join_words(const char *const *words, size_t count, const char *separator, size_t *length) {
    size_t between = separator ? strlen(separator) : 0;
    size_t total = 0;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        total += strlen(words[i]) + (used ? between : 0);
        used++;
        if (total > JOIN_LIMIT) {
            errno = E2BIG;
            return NULL;
        }
    }
    char *joined = malloc(total + 1);
    if (!joined)
        return NULL;
    char *end = joined;
    for (size_t i = 0; i < count; i++) {
        if (!words[i] || !words[i][0])
            continue;
        if (end != joined && between) {
            memcpy(end, separator, between);
            end += between;
        }
        size_t size = strlen(words[i]);
        memcpy(end, words[i], size);
        end += size;
    }
    *end = '\0';
    if (length)
        *length = (size_t)(end - joined);
    return joined;
}
