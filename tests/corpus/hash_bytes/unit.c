/* Names of blobs by their content: not for cryptography. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

static unsigned long bytes_hashed;

static uint32_t turned(uint32_t value, unsigned by) { return value << by | value >> (32 - by); }

static uint32_t scrambled(uint32_t word) { return turned(word * 0x2c1b3c6du, 13) * 0x297a2d39u; }

/*
 * A hash of `length` bytes at any address: whole words of four bytes, the lowest first, then what
 * is left over, then the length (its lower 32 bits). Counts the bytes. Data may be NULL without
 * bytes.
 */
uint32_t hash_bytes(const void *data, size_t length, uint32_t seed) {
    const unsigned char *bytes = data;
    uint32_t hash = seed ^ 0x9e3779b9u;
    size_t left = length;
    for (; left >= 4; left -= 4, bytes += 4) {
        uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                        (uint32_t)bytes[3] << 24;
        hash = turned(hash ^ scrambled(word), 15) * 5 + 0x561ccd1bu;
    }
    uint32_t word = 0;
    for (size_t i = 0; i < left; i++)
        word |= (uint32_t)bytes[i] << (8 * i);
    if (left)
        hash ^= scrambled(word);
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    bytes_hashed += length;
    return hash ^ hash >> 16;
}

/* A seed that differs between runs, for tables that others can fill. */
uint32_t fresh_seed(void) {
    uint64_t now = (uint64_t)time(NULL) * 1000003u + (uint64_t)clock();
    return hash_bytes(&now, sizeof now, 1);
}

/* A name of 16 hexadecimal digits and an end. */
void blob_name(char name[17], const void *data, size_t length) {
    static const char digits[] = "0123456789abcdef";
    for (unsigned half = 0; half < 2; half++) {
        uint32_t hash = hash_bytes(data, length, half * 0x51ed270bu);
        for (int i = 0; i < 8; i++)
            name[half * 8 + (unsigned)i] = digits[hash >> (28 - 4 * i) & 15];
    }
    name[16] = '\0';
}

unsigned long hashed_bytes(void) { return bytes_hashed; }
