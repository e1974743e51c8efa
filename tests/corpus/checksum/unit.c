/* Frames on a serial line: length, payload, checksum. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 250 };

struct link {
    unsigned long sent;
    unsigned long received;
    unsigned long damaged;
    uint16_t last;
};

static struct link statistics;

/* The checksum's change by four bits, of the polynomial 0x1021. */
static const uint16_t by_nibble[16] = {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5,
                                       0x60c6, 0x70e7, 0x8108, 0x9129, 0xa14a, 0xb16b,
                                       0xc18c, 0xd1ad, 0xe1ce, 0xf1ef};

/* The checksum of what came before and these bytes; the last one is kept for the statistics. */
static uint16_t checksum(uint16_t sum, const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ bytes[i] >> 4) & 15]);
        sum = (uint16_t)(sum << 4 ^ by_nibble[(sum >> 12 ^ bytes[i]) & 15]);
    }
    statistics.last = sum;
    return sum;
}

/* Writes a frame into `frame`; its size, or 0 when the payload is too long or has no room. */
size_t frame_put(uint8_t *frame, size_t room, const uint8_t *payload, size_t length) {
    if (length > LONGEST || room < length + 3)
        return 0;
    frame[0] = (uint8_t)length;
    memmove(frame + 1, payload, length);
    const uint16_t sum = checksum(0xffff, frame, length + 1);
    frame[length + 1] = (uint8_t)(sum >> 8);
    frame[length + 2] = (uint8_t)sum;
    statistics.sent++;
    return length + 3;
}

/*
 * The payload of the frame at the beginning of `bytes`, which may come in two pieces, as from a
 * ring: its length goes to *length. Returns the frame's size, 0 for one that is not complete and -1
 * for a damaged one.
 */
int frame_get(size_t *length, const uint8_t *bytes, size_t first, const uint8_t *more,
              size_t second) {
    if (first == 0)
        return 0;
    const size_t size = bytes[0] + (size_t)3;
    if (first + second < size)
        return 0;
    const size_t here = first < size ? first : size;
    uint16_t sum = checksum(0xffff, bytes, here);
    if (here < size)
        sum = checksum(sum, more, size - here);
    statistics.received += sum == 0;
    statistics.damaged += sum != 0;
    *length = bytes[0];
    return sum == 0 ? (int)size : -1;
}

/* Whether the table is that of the polynomial. */
bool link_table_fits(void) {
    bool fits = true;
    for (unsigned i = 0; i < 16; i++) {
        unsigned sum = i << 12;
        for (int bit = 0; bit < 4; bit++)
            sum = sum & 0x8000 ? sum << 1 ^ 0x1021 : sum << 1;
        fits = fits && (uint16_t)sum == by_nibble[i];
    }
    return fits;
}

const struct link *link_statistics(void) { return &statistics; }

void link_print(void) {
    printf("%lu sent, %lu received, %lu damaged, last %04x\n", statistics.sent, statistics.received,
           statistics.damaged, statistics.last);
}
