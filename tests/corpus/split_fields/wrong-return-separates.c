size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator) {
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
        if (field.length && field.text + field.length == line + length && line[length - 1] == '\r')
            field.length--; /* only the last field can end with it */
        if (count < capacity)
            fields[count] = field;
        count++;
        if (at >= length)
            return count;
    }
}
/* verdict: refuted: the carriage return is taken off the last field and not off the line: where it is the separator, "a\r" has two fields */
