/* Dates of the Gregorian calendar, also before it was in use. */
#include <stdint.h>

struct date {
    int32_t year; /* 0 is the one before 1 */
    uint8_t month;
    uint8_t day;
    uint8_t weekday; /* 0 is Sunday */
    uint16_t of_year; /* 1 to 366 */
};

struct date date_of_day(int32_t day);
int is_leap(int32_t year);

int is_leap(int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* The date of a day, counted from 1970-01-01. */
struct date date_of_day(int32_t day) {
    static const uint16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    struct date date;
    const int64_t since = (int64_t)day + 719162; /* of the year 1 */
    const int64_t cycle = (since - (since < 0 ? 146096 : 0)) / 146097;
    int32_t left = (int32_t)(since - cycle * 146097);
    const int32_t century = left / 36524 < 4 ? left / 36524 : 3;
    left -= century * 36524;
    const int32_t fours = left / 1461;
    left -= fours * 1461;
    const int32_t single = left / 365 < 4 ? left / 365 : 3;
    left -= single * 365;
    date.year = (int32_t)(cycle * 400 + century * 100 + fours * 4 + single + 1);
    date.of_year = (uint16_t)(left + 1);
    const int32_t leap = is_leap(date.year);
    date.month = 12;
    while (left < before[date.month - 1] + (leap && date.month > 2))
        date.month--;
    date.day = (uint8_t)(left - before[date.month - 1] - (leap && date.month > 2) + 1);
    const int64_t weekday = ((int64_t)day + 4) % 7;
    date.weekday = (uint8_t)(weekday < 0 ? weekday + 7 : weekday);
    return date;
}
