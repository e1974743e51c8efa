/* Texts of the families that programs go wrong on. */
#ifndef LLMOPT_TEXTS_H
#define LLMOPT_TEXTS_H

#include <stddef.h>
#include <stdint.h>

/* Writes a text and its NUL; returns its length without it, at most `limit` - 1. It often fills
 * `wanted`, where that is not 0. */
size_t text(uint64_t place, unsigned char *at, size_t limit, size_t wanted);

#endif
