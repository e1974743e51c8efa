/* helpers: append_digit */
static bool append_digit(int64_t *value, int digit, bool negative) {
    int64_t next;
    if (__builtin_mul_overflow(*value, 10, &next))
        return false;
    if (negative ? __builtin_sub_overflow(next, digit, &next)
                 : __builtin_add_overflow(next, digit, &next))
        return false;
    *value = next;
    return true;
}

int64_t parse_integer(const char *text, const char **end) {
    const char *at = text;
    for (; is_blank(*at); at++)
        continue;
    const bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    const char *begin = at;
    int64_t value = 0;
    bool fits = true;
    for (; fits && *at >= '0' && *at <= '9'; at++)
        fits = append_digit(&value, *at - '0', negative);
    if (end)
        *end = at > begin ? at : text;
    if (at == begin)
        return 0;
    numbers_read++;
    if (fits)
        return value;
    errno = ERANGE;
    return negative ? INT64_MIN : INT64_MAX;
}
/* verdict: refuted: the digits behind the one that does not fit are not skipped */
