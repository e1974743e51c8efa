/* Numbers of a protocol's text form. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static unsigned long numbers_read;

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/*
 * A decimal number, behind blanks and with an optional sign. *end (unless end is NULL) is set
 * behind its last digit, or to the text's beginning if there is none; then the result is 0. What
 * int64_t cannot hold gives the nearer limit and errno ERANGE, otherwise errno is left alone. All
 * digits belong to the number, also those of a number that is too large. Counts the numbers read.
 */
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
        errno = ERANGE;
        value = limit;
    }
    return negative ? (int64_t)(0 - value) : (int64_t)value;
}

/* Numbers between commas; how many there are, or -1 with errno EINVAL or ERANGE. */
ptrdiff_t parse_list(int64_t *numbers, size_t capacity, const char *text) {
    size_t count = 0;
    const int saved = errno;
    errno = 0;
    for (const char *end; count < capacity; text = end + 1) {
        numbers[count++] = parse_integer(text, &end);
        if (end == text)
            errno = EINVAL;
        if (errno)
            return -1;
        if (*end != ',')
            break;
    }
    errno = saved;
    return (ptrdiff_t)count;
}

unsigned long parsed_numbers(void) { return numbers_read; }
