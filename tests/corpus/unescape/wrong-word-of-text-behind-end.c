/* helpers: has_backslash */
static bool has_backslash(const char *eight) {
    uint64_t word;
    memcpy(&word, eight, sizeof word);
    word ^= 0x5c5c5c5c5c5c5c5cu;
    return ((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) != 0;
}

size_t unescape(char *text, size_t length) {
    size_t to = 0;
    for (size_t from = 0; from < length;) {
        while (length - from >= 1 && !has_backslash(text + from)) {
            uint64_t word;
            memcpy(&word, text + from, sizeof word);
            memcpy(text + to, &word, sizeof word);
            const size_t part = length - from < 8 ? length - from : 8;
            from += part;
            to += part;
        }
        if (from == length)
            break;
        char c = text[from++];
        if (c != '\\' || from == length) {
            text[to++] = c;
            continue;
        }
        size_t digits = text[from] == 'x' ? 2 : text[from] == 'u' ? 4 : 0;
        unsigned code = 0;
        bool valid = digits > 0 && digits < length - from;
        for (size_t i = 1; valid && i <= digits; i++) {
            int digit = hex_value(text[from + i]);
            valid = digit >= 0;
            code = code << 4 | (unsigned)(digit & 15);
        }
        if (valid && (code < 0xd800 || code > 0xdfff)) {
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
/* verdict: refuted: copies whole words, up to 7 bytes behind the end */
