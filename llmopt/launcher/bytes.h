// A growing byte string, and little-endian integers.
//
// Running out of memory sets `failed` and makes every later call do nothing, so that only the end
// of a chain of calls has to be checked.
#ifndef LLMOPT_BYTES_H
#define LLMOPT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    unsigned char *data;
    size_t size;
    size_t capacity;
    bool failed;
};

void bytes_add(struct bytes *b, const void *data, size_t size);
void bytes_text(struct bytes *b, const char *text);
void bytes_u32(struct bytes *b, uint32_t value);
void bytes_u64(struct bytes *b, uint64_t value);
// A delimited field: u64 length, then the bytes.
void bytes_field(struct bytes *b, const char *text);
void bytes_decimal(struct bytes *b, uint64_t value);
void bytes_hex(struct bytes *b, const unsigned char *data, size_t size);
// A JSON string. Every byte outside of ASCII is written as \u00XX: decode as Latin-1 to get the
// bytes back, whatever their encoding.
void bytes_json(struct bytes *b, const char *text);
// The contents as a C string; NULL when memory ran out.
char *bytes_string(struct bytes *b);
void bytes_free(struct bytes *b);

// `a` followed by `b`, by malloc; NULL when memory ran out.
char *concatenate(const char *a, const char *b);

uint32_t get_u32(const unsigned char *p);
uint64_t get_u64(const unsigned char *p);
void put_u32(unsigned char *p, uint32_t value);
void put_u64(unsigned char *p, uint64_t value);

#endif
