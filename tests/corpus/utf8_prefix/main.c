/* Texts in several languages, some of them damaged. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t utf8_prefix(const char *text, size_t length, size_t *characters);
int utf8_is_valid(const char *text, size_t length);

static const char *const texts[] = {
    "Many years later, as he faced the firing squad",
    "Der gr\xc3\xb6\xc3\x9fte Teil der \xc3\x84nderungen",
    "\xd0\x92\xd1\x81\xd0\xb5 \xd1\x81\xd1\x87\xd0\xb0\xd1\x81\xd1\x82\xd0\xbb\xd0\xb8\xd0\xb2",
    "\xe5\x90\xbe\xe8\xbc\xa9\xe3\x81\xaf\xe7\x8c\xab\xe3\x81\xa7\xe3\x81\x82\xe3\x82\x8b",
    "\xf0\x9f\x98\x80 \xf0\x9f\x9a\x80 and 3 \xe2\x82\xac",
    "\xed\x95\x9c\xea\xb8\x80 \xef\xbf\xbd \xee\x80\x80",
};

int main(void) {
    char text[512];
    uint32_t state = 88675123u;
    unsigned long bytes = 0, all = 0, valid = 0;
    for (int round = 0; round < 150000; round++) {
        size_t length = 0;
        for (int part = 0; part < 5; part++) {
            state = state * 1664525u + 1013904223u;
            const char *add = texts[(state >> 24) % 6];
            memcpy(text + length, add, strlen(add));
            length += strlen(add);
        }
        if (state >> 30 == 0)
            text[(state >> 12) % length] = (char)(state >> 20);
        size_t characters;
        bytes += utf8_prefix(text, length, &characters);
        all += characters;
        valid += (unsigned long)utf8_is_valid(text, length - (state >> 31));
    }
    printf("%lu bytes, %lu characters, %lu valid\n", bytes, all, valid);
    return 0;
}
