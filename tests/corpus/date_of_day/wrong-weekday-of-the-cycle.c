struct date date_of_day(int32_t day) {
    struct date date;
    const int32_t since = day + 719468;
    const int32_t cycle = (since >= 0 ? since : since - 146096) / 146097;
    const uint32_t in_cycle = (uint32_t)(since - cycle * 146097);
    const uint32_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    const uint32_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    const uint32_t month = (5 * in_year + 2) / 153;
    date.day = (uint8_t)(in_year - (153 * month + 2) / 5 + 1);
    date.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    date.year = cycle * 400 + (int32_t)year + (date.month <= 2);
    const uint32_t leap = year % 4 == 0 && (year % 100 != 0 || year == 0);
    date.of_year = (uint16_t)(date.month <= 2 ? in_year - 305 : in_year + 60 + leap);
    date.weekday = (uint8_t)((in_cycle + 3) % 7); /* a cycle has whole weeks */
    return date;
}
/* verdict: refuted: the days since the year 0 are counted in 32 bits, which overflows for the last 719468 days: day 2147483647 */
