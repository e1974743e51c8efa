size_t unescape(char *text, size_t length) {
    size_t to = 0, from = 0;
    while (from < length) {
        size_t run = from;
        while (run < length && text[run] != '\\')
            run++;
        if (to != from)
            memcpy(text + to, text + from, run - from);
        to += run - from;
        from = run;
        if (from == length)
            break;
        char c = from + 1 < length ? text[from + 1] : 0;
        if (c == 'n' || c == 't' || c == '"' || c == '\\') {
            text[to++] = c == 'n' ? '\n' : c == 't' ? '\t' : c;
            from += 2;
            continue;
        }
        const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 0;
        unsigned code = 0;
        size_t i = 0;
        for (int digit; i < digits && from + 2 + i < length; i++) {
            digit = hex_value(text[from + 2 + i]);
            if (digit < 0)
                break;
            code = code * 16 + (unsigned)digit;
        }
        if (digits == 0 || i < digits || (code >= 0xd800 && code <= 0xdfff)) {
            text[to++] = text[from++];
            continue;
        }
        if (digits == 2)
            text[to++] = (char)code;
        else
            to += put_utf8(text + to, code);
        from += 2 + digits;
    }
    return to;
}
/* verdict: refuted: memcpy of runs that overlap where they come to stand */
