/* Search in header lines, where letters of either case are the same. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static unsigned char folded(char c) {
    unsigned char byte = (unsigned char)c;
    return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + ('a' - 'A')) : byte;
}

/*
 * The first place in text where word stands, ASCII letters of either case taken as the same, or
 * NULL. The text ends with its first NUL byte or after `limit` bytes, whichever comes first;
 * nothing behind that is read. An empty word stands at the beginning of every text.
 */
const char *find_nocase(const char *text, size_t limit, const char *word) {
    for (size_t at = 0;; at++) {
        size_t i = 0;
        while (word[i] && at + i < limit && text[at + i] && folded(text[at + i]) == folded(word[i]))
            i++;
        if (!word[i])
            return text + at;
        if (at + i >= limit || !text[at + i])
            return NULL;
    }
}

/* The value of a header line when that is the field of this name, else NULL. */
const char *field_value(const char *line, size_t length, const char *name) {
    const char *colon = memchr(line, ':', length);
    while (colon && line < colon && folded(*line) == folded(*name)) {
        line++;
        name++;
    }
    return colon == line && !*name ? colon + 1 : NULL;
}

/* Whether a list such as "gzip, Deflate" holds the item, as a whole. */
bool list_holds(const char *list, size_t length, const char *item) {
    const char *end = list + length;
    const size_t size = strlen(item);
    for (const char *at = list; (at = find_nocase(at, (size_t)(end - at), item)); at++) {
        bool begins = at == list || at[-1] == ' ' || at[-1] == ',';
        const char *behind = at + size;
        if (begins && (behind == end || *behind == ',' || *behind == ' ' || *behind == ';'))
            return true;
        if (at == end)
            break;
    }
    return false;
}
