// BLAKE2b (RFC 7693), unkeyed.
#ifndef LLMOPT_BLAKE2B_H
#define LLMOPT_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32, PATH_DIGEST_SIZE = 16, BLAKE2B_BLOCK = 128 };

struct blake2b {
    uint64_t state[8];
    uint64_t counter[2];
    unsigned char block[BLAKE2B_BLOCK];
    size_t filled;
    size_t digest_size;
};

// `digest_size` is 1 to 64 bytes.
void blake2b_start(struct blake2b *hash, size_t digest_size);
void blake2b_update(struct blake2b *hash, const void *data, size_t size);
void blake2b_finish(struct blake2b *hash, unsigned char *digest);

void blake2b(const void *data, size_t size, unsigned char *digest, size_t digest_size);

#endif
