/* The dates of many events. */
#include <stdint.h>
#include <stdio.h>

struct date {
    int32_t year;
    uint8_t month;
    uint8_t day;
    uint8_t weekday;
    uint16_t of_year;
};

struct date date_of_day(int32_t day);

int main(void) {
    uint32_t state = 88675123u, sum = 0;
    unsigned long sundays = 0;
    for (int i = 0; i < 3000000; i++) {
        state = state * 1664525u + 1013904223u;
        struct date date = date_of_day((int32_t)(state >> 17) - 5000);
        sum = sum * 31 + (uint32_t)date.year * 512u + date.month * 32u + date.day;
        sum ^= (uint32_t)date.of_year << 16;
        sundays += date.weekday == 0;
    }
    printf("%08x, %lu Sundays\n", (unsigned)sum, sundays);
    return 0;
}
