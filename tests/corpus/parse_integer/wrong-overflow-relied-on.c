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
        const int digit = *at++ - '0';
        if (value * 10 / 10 != value || value * 10 - digit > value)
            large = true;
        else
            value = value * 10 - digit;
    } while (*at >= '0' && *at <= '9');
    if (sign != '-' && -value < 0)
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
/* verdict: refuted: asks whether the product wrapped: signed overflow is undefined */
