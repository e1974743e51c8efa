int64_t parse_integer(const char *text, const char **end) {
    const char *at = text;
    while (is_blank(*at))
        at++;
    at += *at == '+';
    const bool negative = *at == '-';
    at += negative;
    const char *first = at;
    uint64_t value = 0;
    while (*at == '0')
        at++;
    const char *significant = at;
    for (unsigned digit; (digit = (unsigned)(*at - '0')) < 10; at++)
        if (at - significant < 19)
            value = value * 10 + digit;
    if (at == first) {
        if (end)
            *end = text;
        return 0;
    }
    if (end)
        *end = at;
    numbers_read++;
    if (at - significant > 19 || value > (uint64_t)INT64_MAX + negative) {
        errno = ERANGE;
        return negative ? INT64_MIN : INT64_MAX;
    }
    return (int64_t)(negative ? 0 - value : value);
}
/* verdict: refuted: a plus sign may stand before the minus sign: +-5 */
