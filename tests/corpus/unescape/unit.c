/* Strings of a configuration language, with escapes. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t put_utf8(char *to, unsigned code) {
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3f));
    to[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}

/*
 * Replaces, in place, \n, \t, \", \\, \xHH (a byte) and \uHHHH (a character of the basic plane, as
 * UTF-8; surrogates are none). What is no such escape stays as it is, backslash included. The text
 * may hold NUL bytes and need not end with one. Returns the new length; what stands behind that is
 * left as it was.
 */
size_t unescape(char *text, size_t length) {
    size_t to = 0;
    for (size_t from = 0; from < length;) {
        char c = text[from++];
        if (c != '\\' || from == length) {
            text[to++] = c;
            continue;
        }
        size_t digits = text[from] == 'x' ? 2 : text[from] == 'u' ? 4 : 0;
        unsigned code = 0;
        bool valid = digits < length - from;
        for (size_t i = 1; valid && i <= digits; i++) {
            int digit = hex_value(text[from + i]);
            valid = digit >= 0;
            code = code << 4 | (unsigned)(digit & 15);
        }
        if (digits && valid && code - 0xd800u >= 0x800u) {
            if (digits == 2)
                text[to++] = (char)code;
            else
                to += put_utf8(text + to, code);
            from += digits + 1;
        } else if (text[from] == '"' || text[from] == '\\') {
            text[to++] = text[from++];
        } else if (text[from] == 'n' || text[from] == 't') {
            text[to++] = text[from++] == 'n' ? '\n' : '\t';
        } else {
            text[to++] = c;
        }
    }
    return to;
}

/* The value of a quoted string; its length, or -1 when the quotes are missing. */
ptrdiff_t unquote(char *text, size_t length) {
    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
        return -1;
    size_t inner = unescape(text + 1, length - 2);
    memmove(text, text + 1, inner);
    return (ptrdiff_t)inner;
}
