/* helpers: quoted_end */
static size_t quoted_end(const char *line, size_t at, size_t length, uint16_t *escapes) {
    for (; at < length; at++) {
        if (line[at] != '"')
            continue;
        if (at + 2 >= length || line[at + 1] != '"')
            break;
        ++*escapes;
        at++;
    }
    return at;
}

size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator) {
    length -= length > 0 && line[length - 1] == '\r';
    size_t count = 0, at = 0;
    do {
        struct field field;
        memset(&field, 0, sizeof field);
        field.quoted = at < length && line[at] == '"';
        at += field.quoted;
        field.text = line + at;
        const size_t begin = at;
        if (field.quoted) {
            at = quoted_end(line, at, length, &field.escapes);
            field.length = (uint32_t)(at - begin);
        }
        while (at < length && line[at] != separator)
            at++;
        if (!field.quoted)
            field.length = (uint32_t)(at - begin);
        if (count++ < capacity)
            fields[count - 1] = field;
    } while (at++ < length);
    return count;
}
/* verdict: refuted: a doubled quote at the end of the line closes the field after one byte */
