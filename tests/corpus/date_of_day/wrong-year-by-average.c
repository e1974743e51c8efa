struct date date_of_day(int32_t day) {
    struct date date;
    const int64_t since = (int64_t)day + 719468;
    const int64_t cycle = (since >= 0 ? since : since - 146096) / 146097;
    const uint32_t in_cycle = (uint32_t)(since - cycle * 146097);
    /* a year has 365.2425 days; one day too many at most */
    uint32_t year = (uint32_t)((uint64_t)in_cycle * 400 / 146097);
    uint32_t first = 365 * year + year / 4 - year / 100;
    if (in_cycle < first) {
        year--;
        first = 365 * year + year / 4 - year / 100;
    }
    const uint32_t in_year = in_cycle - first;
    const uint32_t month = (5 * in_year + 2) / 153;
    date.day = (uint8_t)(in_year - (153 * month + 2) / 5 + 1);
    date.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    date.year = (int32_t)(cycle * 400 + year) + (date.month <= 2);
    const uint32_t leap = year % 4 == 0 && (year % 100 != 0 || year == 0);
    date.of_year = (uint16_t)(date.month <= 2 ? in_year - 305 : in_year + 60 + leap);
    date.weekday = (uint8_t)((uint64_t)(since + 7 * (int64_t)INT32_MAX + 3) % 7);
    return date;
}
/* verdict: refuted: the year by its mean length may also be one too low: day 59 becomes 1970-02-29 */
