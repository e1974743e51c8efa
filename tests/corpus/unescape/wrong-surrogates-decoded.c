/* helpers: decoded */
static size_t decoded(const char *text, size_t left, unsigned *code) {
    size_t digits = text[0] == 'x' ? 2 : text[0] == 'u' ? 4 : 0;
    if (digits == 0 || digits >= left)
        return 0;
    *code = 0;
    for (size_t i = 1; i <= digits; i++) {
        int digit = hex_value(text[i]);
        if (digit < 0)
            return 0;
        *code = *code << 4 | (unsigned)digit;
    }
    return *code == 0xd800 ? 0 : digits + 1;
}

size_t unescape(char *text, size_t length) {
    size_t from = 0;
    while (from < length && text[from] != '\\')
        from++;
    size_t to = from;
    while (from < length) {
        char c = text[from++];
        if (c == '\\' && from < length) {
            unsigned code;
            size_t used = decoded(text + from, length - from, &code);
            if (used == 3) {
                c = (char)code;
                from += used;
            } else if (used) {
                from += used;
                to += put_utf8(text + to, code);
                continue;
            } else {
                const char next = text[from];
                from += next == 'n' || next == 't' || next == '"' || next == '\\';
                c = next == 'n' ? '\n' : next == 't' ? '\t' : next == '"' ? '"' : '\\';
            }
        }
        text[to++] = c;
    }
    return to;
}
/* verdict: refuted: surrogates above \ud800 are decoded */
