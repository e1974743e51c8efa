/* helpers: slow_integer */
static int64_t slow_integer(const char *at, bool negative, const char **end) {
    const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    uint64_t value = 0;
    bool large = false;
    for (; *at >= '0' && *at <= '9'; at++) {
        const unsigned digit = (unsigned)(*at - '0');
        large = large || value > limit / 10 || (value == limit / 10 && digit > limit % 10);
        value = large ? limit : value * 10 + digit;
    }
    if (large)
        errno = ERANGE;
    if (end)
        *end = at;
    return negative ? (int64_t)(0 - value) : (int64_t)value;
}

int64_t parse_integer(const char *text, const char **end) {
    const char *at = text;
    while (is_blank(*at))
        at++;
    const bool negative = *at == '-';
    if (negative || *at == '+')
        at++;
    const char *digits = at;
    uint32_t small = 0;
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    while (at - digits < 8 && ((eight >> 4 & 15) == 3) && (eight & 15) < 10) {
        small = small * 10 + (uint32_t)(eight & 15);
        eight >>= 8;
        at++;
    }
    while (*at >= '0' && *at <= '9' && at - digits < 9)
        small = small * 10 + (uint32_t)(*at++ - '0');
    if (at == digits) {
        if (end)
            *end = text;
        return 0;
    }
    numbers_read++;
    if (*at >= '0' && *at <= '9')
        return slow_integer(digits, negative, end);
    if (end)
        *end = at;
    return negative ? -(int64_t)small : (int64_t)small;
}
/* verdict: refuted: reads 8 bytes at once, behind the end of the text */
