/* Checks of texts that come from elsewhere. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t utf8_prefix(const char *text, size_t length, size_t *characters);
int utf8_is_valid(const char *text, size_t length);

/* How many bytes of the text are whole characters of UTF-8, up to the first that is none: no
   surrogates, nothing above U+10FFFF, each in its shortest form. How many characters these are goes
   to `characters` unless that is NULL. NUL is a character. */
size_t utf8_prefix(const char *text, size_t length, size_t *characters) {
    size_t at = 0, count = 0;
    while (at < length) {
        const unsigned char lead = (unsigned char)text[at];
        unsigned more = 0;
        unsigned char least = 0x80, most = 0xbf;
        if (lead >= 0xf0) {
            more = 3;
            least = lead == 0xf0 ? 0x90 : 0x80;
            most = lead == 0xf4 ? 0x8f : 0xbf;
        } else if (lead >= 0xe0) {
            more = 2;
            least = lead == 0xe0 ? 0xa0 : 0x80;
            most = lead == 0xed ? 0x9f : 0xbf;
        } else if (lead >= 0x80) {
            more = 1;
        }
        if (lead > 0xf4 || (lead >= 0x80 && lead < 0xc2) || more >= length - at)
            break;
        unsigned good = 0;
        while (good < more) {
            const unsigned char next = (unsigned char)text[at + 1 + good];
            if (next < least || next > most)
                break;
            least = 0x80;
            most = 0xbf;
            good++;
        }
        if (good < more)
            break;
        at += 1 + more;
        count++;
    }
    if (characters)
        *characters = count;
    return at;
}

int utf8_is_valid(const char *text, size_t length) {
    return utf8_prefix(text, length, NULL) == length;
}
