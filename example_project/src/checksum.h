/* checksum.h - CRC-32, Adler-32 and FNV-1a over bytes. */
#ifndef SIGKIT_CHECKSUM_H
#define SIGKIT_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* The CRC-32 of zlib and PNG. Start with crc 0; feed the result back in to continue. */
uint32_t crc32_update(uint32_t crc, const void *data, size_t length);

/* The Adler-32 of zlib. Start with adler 1. */
uint32_t adler32_update(uint32_t adler, const void *data, size_t length);

/* The 32-bit FNV-1a hash of a zero-terminated text. */
uint32_t fnv1a_text(const char *text);

#endif
