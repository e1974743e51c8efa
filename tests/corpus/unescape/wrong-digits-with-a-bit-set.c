/* helpers: digit_of */
static int digit_of(char c) {
    const char lower = (char)(c | ' ');
    if (lower >= '0' && lower <= '9')
        return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

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
            int digit = digit_of(text[from + i]);
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
/* verdict: refuted: letters are made small before it asks for digits, so that the bytes 0x10 to 0x19 are digits too: "\x4" and a byte 0x11 behind it */
