/* Packed sequences of integers. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static unsigned long values_unpacked;

/*
 * Unpacks integers of one to ten bytes: seven bits each, the lowest first, with the highest bit of
 * a byte set when more follow; negative ones alternate with the others (0, -1, 1, -2, ...). Stops
 * before an integer that is not complete or does not fit 64 bits, or when `values` is full. Returns
 * how many there are; *used is set to the bytes they took.
 */
size_t unpack_integers(int64_t *values, size_t capacity, const uint8_t *bytes, size_t length,
                       size_t *used) {
    size_t count = 0, done = 0;
    while (count < capacity) {
        uint64_t value = 0;
        size_t at = done;
        unsigned shift = 0;
        bool complete = false;
        while (at < length && shift < 70) {
            const uint8_t byte = bytes[at++];
            if (shift == 63 && byte > 1)
                break;
            value |= (uint64_t)(byte & 0x7f) << shift;
            shift += 7;
            if (byte < 0x80) {
                complete = true;
                break;
            }
        }
        if (!complete)
            break;
        values[count++] = (int64_t)(value >> 1 ^ (0 - (value & 1)));
        done = at;
    }
    *used = done;
    values_unpacked += count;
    return count;
}

/* The reverse for one integer; there must be room for ten bytes. Returns how many it took. */
size_t pack_integer(uint8_t *bytes, int64_t value) {
    uint64_t left = (uint64_t)value << 1 ^ (0 - ((uint64_t)value >> 63));
    size_t count = 0;
    for (; left > 0x7f; left >>= 7)
        bytes[count++] = (uint8_t)(left | 0x80);
    bytes[count++] = (uint8_t)left;
    return count;
}

unsigned long unpacked_integers(void) { return values_unpacked; }

/* How many integers are unpacked at once: as the environment says, or 256. */
size_t unpack_batch(void) {
    const char *text = getenv("UNPACK_BATCH");
    const long batch = text ? strtol(text, NULL, 10) : 0;
    return batch > 0 && batch < 65536 ? (size_t)batch : 256;
}
