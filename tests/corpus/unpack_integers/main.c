/* Differences of a series, packed and unpacked in batches. */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t unpack_integers(int64_t *values, size_t capacity, const uint8_t *bytes, size_t length,
                       size_t *used);
size_t pack_integer(uint8_t *bytes, int64_t value);
unsigned long unpacked_integers(void);
size_t unpack_batch(void);

enum { SERIES = 20000 };

int main(void) {
    static uint8_t packed[SERIES * 10];
    static int64_t values[256];
    uint64_t state = 2685821657736338717u, digest = 0;
    size_t length = 0;
    for (int i = 0; i < SERIES; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int64_t step = (int64_t)(state >> 20) >> (24 + (state >> 59));
        length += pack_integer(packed + length, state & 65536 ? step : -step);
    }
    int64_t last = 0;
    for (int round = 0; round < 150; round++) {
        size_t at = 0, count, used;
        do {
            count = unpack_integers(values, unpack_batch(), packed + at, length - at, &used);
            for (size_t i = 0; i < count; i++) {
                last += values[i];
                digest = digest * 31 + (uint64_t)last;
            }
            at += used;
        } while (count > 0);
    }
    printf("%zu %016" PRIx64 " %lu\n", length, digest, unpacked_integers());
    return 0;
}
