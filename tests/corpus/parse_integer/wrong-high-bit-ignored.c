int64_t parse_integer(const char *text, const char **end) {
    const char *at = text;
    while (is_blank(*at))
        at++;
    const char sign = *at;
    if (sign == '-' || sign == '+')
        at++;
    if (*at < '0' || *at > '9') {
        if (end)
            *end = text;
        return 0;
    }
    int64_t value = 0;
    bool large = false;
    do {
        const int digit = (*at++ & 127) - '0';
        if (value < INT64_MIN / 10 || value * 10 < INT64_MIN + digit)
            large = true;
        else
            value = value * 10 - digit;
    } while ((*at & 127) >= '0' && (*at & 127) <= '9');
    if (sign != '-' && value == INT64_MIN)
        large = true;
    if (end)
        *end = at;
    numbers_read++;
    if (large)
        errno = ERANGE;
    if (sign == '-')
        return large ? INT64_MIN : value;
    return large ? INT64_MAX : -value;
}
/* verdict: refuted: bytes 0xb0 to 0xb9 are taken for digits */
