/* helpers: four_digits */
static bool four_digits(const char *at) {
    for (int i = 0; i < 4; i++)
        if ((at[i] & 0xf0) != '0')
            return false;
    return true;
}

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
    for (int fours = 4; fours && four_digits(at); fours--, at += 4)
        value = value * 10000 + (unsigned)((at[0] & 15) * 1000 + (at[1] & 15) * 100 +
                                           (at[2] & 15) * 10 + (at[3] & 15));
    for (; *at >= '0' && *at <= '9'; at++) {
        const unsigned digit = (unsigned)(*at - '0');
        large = large || value > (limit - digit) / 10;
        value = large ? value : value * 10 + digit;
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
/* verdict: refuted: within a group of four, the characters : ; < = > ? count as digits 10 to 15: "12:3", "007;" */
