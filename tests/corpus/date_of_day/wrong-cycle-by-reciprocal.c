struct date date_of_day(int32_t day) {
    struct date date;
    const int64_t since = (int64_t)day + 719468; /* of 0000-03-01 */
    const double cycles = (double)since * (1 / (400 * 365.2425));
    const int64_t cycle = (int64_t)cycles - (cycles < (double)(int64_t)cycles);
    const uint32_t in_cycle = (uint32_t)(since - cycle * 146097);
    const uint32_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    const uint32_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    const uint32_t month = (5 * in_year + 2) / 153;
    date.day = (uint8_t)(in_year - (153 * month + 2) / 5 + 1);
    date.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    date.year = (int32_t)(cycle * 400 + year) + (date.month <= 2);
    const uint32_t leap = year % 4 == 0 && (year % 100 != 0 || year == 0);
    date.of_year = (uint16_t)(date.month <= 2 ? in_year - 305 : in_year + 60 + leap);
    date.weekday = (uint8_t)((uint64_t)(since + 7 * (int64_t)INT32_MAX + 3) % 7);
    return date;
}
/* verdict: refuted: the reciprocal of 400 years is rounded: the first day of some of them, from March on, is counted to those before: day -573371 is 0400-03-01 */
