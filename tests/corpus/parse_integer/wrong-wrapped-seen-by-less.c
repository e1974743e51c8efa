int64_t parse_integer(const char *text, const char **end) {
    const char *at = text;
    while (is_blank(*at))
        at++;
    const bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    const char *const begin = at;
    const uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t value = 0;
    bool large = false;
    for (; *at >= '0' && *at <= '9'; at++) {
        const uint64_t next = value * 10 + (unsigned)(*at - '0');
        large = large || next < value || next > limit;
        value = next;
    }
    const bool digits = at != begin;
    if (end)
        *end = digits ? at : text;
    if (!digits)
        return 0;
    numbers_read++;
    if (large) {
        errno = ERANGE;
        value = limit;
    }
    return negative ? (int64_t)(0 - value) : (int64_t)value;
}
/* verdict: refuted: a product that wraps to something larger is not noticed: 25000000000000000000 */
