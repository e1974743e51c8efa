/* helpers: first_of */
/* The first day of a year, counted from the first of year 1. */
static int64_t first_of(int64_t year) {
    const int64_t before = year - 1;
    const int64_t fours = before >> 2;
    const int64_t hundreds = (before - (before < 0 ? 99 : 0)) / 100;
    return before * 365 + fours - hundreds + (hundreds >> 2);
}

struct date date_of_day(int32_t day) {
    static const uint16_t behind[] = {31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 366};
    struct date date;
    const int64_t since = (int64_t)day + 719162;
    int64_t year = (int64_t)((double)since * (400.0 / 146097)); /* or the one before */
    while (first_of(year + 1) <= since)
        year++;
    int32_t left = (int32_t)(since - first_of(year));
    date.year = (int32_t)year;
    date.of_year = (uint16_t)(left + 1);
    if (is_leap(date.year) && left > 58) {
        if (left == 59) { /* the day itself, which no other year has */
            date.month = 2;
            date.day = 29;
            left = -1;
        } else {
            left--;
        }
    }
    if (left >= 0) {
        uint8_t month = 0;
        while (left >= behind[month])
            month++;
        date.month = (uint8_t)(month + 1);
        date.day = (uint8_t)(left - (month ? behind[month - 1] : 0) + 1);
    }
    const int32_t weekday = (int32_t)((since + 1) % 7);
    date.weekday = (uint8_t)(weekday + (weekday < 0 ? 7 : 0));
    return date;
}
/* verdict: passed */
