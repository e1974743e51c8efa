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
            while (at < length && line[at] != separator)
                at++;
            field.length = (uint32_t)(at - begin);
        }
        if (count < capacity)
            fields[count] = field;
        count += count < capacity;
        if (at >= length)
            return count;
    }
}
/* verdict: refuted: returns the number of stored fields, not of those that the line has */
