int64_t parse_integer(const char *text, const char **end) {
    const char *at = text;
    while (is_blank(*at))
        at++;
    const bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    const uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t value = 0;
    bool digits = false, large = false;
    for (; *at >= '0' && *at <= '9'; at++) {
        const unsigned digit = (unsigned)(*at - '0');
        digits = true;
        if (large || value > (limit - digit) / 10)
            large = true;
        else
            value = value * 10 + digit;
    }
    if (end)
        *end = digits ? at : text;
    if (!digits)
        return 0;
    numbers_read++;
    if (large) {
        if (!negative)
            errno = ERANGE;
        value = limit;
    }
    return negative ? (int64_t)(0 - value) : (int64_t)value;
}
/* verdict: refuted: a negative number that is too large gives the limit, but no ERANGE */
