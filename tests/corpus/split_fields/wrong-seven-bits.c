/* helpers: find */
/* The place of a byte, or the end. */
static size_t find(const char *line, size_t at, size_t length, char wanted) {
    const uint64_t ones = 0x0101010101010101u, sevens = 0x7f7f7f7f7f7f7f7fu;
    for (; length - at >= sizeof ones; at += sizeof ones) {
        uint64_t eight;
        memcpy(&eight, line + at, sizeof eight);
        eight ^= ones * (unsigned char)wanted;
        const uint64_t zeros = ~((eight & sevens) + sevens) & ~sevens;
        if (zeros)
            return at + (size_t)__builtin_ctzll(zeros) / 8;
    }
    while (at < length && line[at] != wanted)
        at++;
    return at;
}

size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator) {
    if (length > 0 && line[length - 1] == '\r')
        length--;
    size_t count = 0, at = 0;
    for (;; at++) {
        struct field field = {line + at, 0, 0, false};
        if (at < length && line[at] == '"') {
            size_t begin = ++at;
            field.quoted = true;
            field.text = line + begin;
            while (at < length && (line[at] != '"' || (at + 1 < length && line[at + 1] == '"'))) {
                if (line[at] == '"') {
                    field.escapes++;
                    at++;
                }
                at++;
            }
            field.length = (uint32_t)(at - begin);
            while (at < length && line[at] != separator)
                at++;
        } else {
            size_t begin = at;
            at = find(line, at, length, separator);
            field.length = (uint32_t)(at - begin);
        }
        if (count < capacity)
            fields[count] = field;
        count++;
        if (at >= length)
            return count;
    }
}
/* verdict: refuted: eight bytes at a time it does not look at the highest bit: with the separator ',' the byte 0xac separates too, as in "\xe2\x82\xac 1234567,8" */
