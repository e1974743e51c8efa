/* text.c - edit distance and string search. */
#include "text.h"

#include <string.h>

int edit_distance(const char *a, const char *b)
{
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    int row[EDIT_MAX_LENGTH + 1];

    if (length_a > EDIT_MAX_LENGTH || length_b > EDIT_MAX_LENGTH) {
        return -1;
    }
    /* row[j] is the distance between the first i characters of a and the first j of b. */
    for (size_t j = 0; j <= length_b; j++) {
        row[j] = (int)j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= length_b; j++) {
            int best = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            if (row[j] + 1 < best) {
                best = row[j] + 1;
            }
            if (row[j - 1] + 1 < best) {
                best = row[j - 1] + 1;
            }
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[length_b];
}

size_t text_count(const char *text, size_t text_length, const char *pattern)
{
    size_t length = strlen(pattern);
    size_t found = 0;
    size_t skip[256];

    if (length == 0 || length > text_length) {
        return 0;
    }
    /* Horspool's rule: shift by the distance of the last character of the window to the
     * last place where the pattern has it. */
    for (size_t i = 0; i < 256; i++) {
        skip[i] = length;
    }
    for (size_t i = 0; i + 1 < length; i++) {
        skip[(unsigned char)pattern[i]] = length - 1 - i;
    }
    size_t position = 0;
    while (position + length <= text_length) {
        if (memcmp(text + position, pattern, length) == 0) {
            found++;
        }
        position += skip[(unsigned char)text[position + length - 1]];
    }
    return found;
}
