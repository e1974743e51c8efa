/* Names for many small texts and some pages. */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

uint32_t hash_bytes(const void *data, size_t length, uint32_t seed);
void blob_name(char name[17], const void *data, size_t length);
unsigned long hashed_bytes(void);

int main(void) {
    static char page[4096], text[160];
    char name[17];
    uint64_t digest = 0;
    uint32_t state = 69069u;
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = "the quick brown fox jumps over it\n"[(i * 11 + i / 97) % 34];
    for (int round = 0; round < 48000; round++) {
        state = state * 1664525u + 1013904223u;
        int length = snprintf(text, sizeof text, "/var/lib/objects/%u/%c%u-%s.dat", state >> 22,
                              'a' + (char)(state >> 28), state >> 7 & 0xffff,
                              &"archive-of-the-year"[state >> 4 & 15]);
        digest = digest * 31 + hash_bytes(text, (size_t)length, 77);
        if (round % 8 == 0) {
            blob_name(name, page, sizeof page);
            digest = digest * 31 + (unsigned char)name[round / 8 % 16];
            page[state >> 20] = (char)('a' + (state & 15));
        }
    }
    puts(name);
    printf("%016" PRIx64 " %lu\n", digest, hashed_bytes());
    return 0;
}
