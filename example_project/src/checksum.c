/* checksum.c - CRC-32, Adler-32 and FNV-1a over bytes. */
#include "checksum.h"

#include <stdbool.h>

#define CRC_POLYNOMIAL 0xedb88320u
#define ADLER_MODULUS 65521u

static uint32_t crc_table[256];
static bool crc_table_ready;

static void crc_table_build(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1u) ? (crc >> 1) ^ CRC_POLYNOMIAL : crc >> 1;
        }
        crc_table[byte] = crc;
    }
    crc_table_ready = true;
}

uint32_t crc32_update(uint32_t crc, const void *data, size_t length)
{
    const uint8_t *bytes = data;

    if (!crc_table_ready) {
        crc_table_build();
    }
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc = crc_table[(crc ^ bytes[i]) & 0xffu] ^ (crc >> 8);
    }
    return ~crc;
}

uint32_t adler32_update(uint32_t adler, const void *data, size_t length)
{
    const uint8_t *bytes = data;
    uint32_t low = adler & 0xffffu;
    uint32_t high = adler >> 16;

    for (size_t i = 0; i < length; i++) {
        low = (low + bytes[i]) % ADLER_MODULUS;
        high = (high + low) % ADLER_MODULUS;
    }
    return (high << 16) | low;
}

uint32_t fnv1a_text(const char *text)
{
    uint32_t hash = 2166136261u;

    for (const char *p = text; *p; p++) {
        hash = (hash ^ (uint8_t)*p) * 16777619u;
    }
    return hash;
}
