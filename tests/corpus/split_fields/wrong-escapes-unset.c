size_t split_fields(struct field *fields, size_t capacity, const char *line, size_t length,
                    char separator) {
    const char *end = line + length;
    if (length > 0 && end[-1] == '\r')
        end--;
    size_t count = 0;
    for (const char *at = line;; at++) {
        const bool quoted = at < end && *at == '"';
        const char *begin = quoted ? at + 1 : at, *close = NULL;
        size_t escapes = 0;
        for (at = begin; quoted && at < end; at++) {
            if (*at != '"')
                continue;
            if (at + 1 == end || at[1] != '"')
                break;
            escapes++;
            at++;
        }
        close = at;
        while (at < end && *at != separator)
            at++;
        if (!quoted)
            close = at;
        if (count < capacity) {
            struct field *field = &fields[count];
            field->text = begin;
            field->length = (uint32_t)(close - begin);
            if (quoted)
                field->escapes = (uint16_t)escapes;
            field->quoted = quoted;
        }
        count++;
        if (at >= end)
            return count;
    }
}
/* verdict: refuted: the doubled quotes of plain fields are left as they were in the array */
