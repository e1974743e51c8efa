size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator) {
    enum { BEGIN, PLAIN, QUOTED, QUOTE, REST } state = BEGIN;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    struct field field = {line, 0, 0, false};
    size_t count = 0;
    for (size_t at = 0; at < length; at++) {
        const char c = line[at];
        if (state == QUOTE && c == '"') {
            field.escapes++;
            field.length += 2;
            state = QUOTED;
            continue;
        }
        const bool ends = c == '"' && (at + 1 == length || line[at + 1] != '"');
        if (state == QUOTED && !(ends && c == separator)) {
            if (c == '"')
                state = QUOTE;
            else
                field.length++;
            continue;
        }
        if (state == BEGIN && c == '"') {
            field.quoted = true;
            field.text = line + at + 1;
            state = QUOTED;
            continue;
        }
        if (c == separator) {
            if (count < capacity)
                fields[count] = field;
            count++;
            field = (struct field){line + at + 1, 0, 0, false};
            state = BEGIN;
            continue;
        }
        if (state == BEGIN || state == PLAIN) {
            field.length++;
            state = PLAIN;
        } else {
            state = REST;
        }
    }
    if (count < capacity)
        fields[count] = field;
    return count + 1;
}
/* verdict: passed */
