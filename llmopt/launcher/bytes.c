#include "bytes.h"

#include <stdlib.h>
#include <string.h>

void bytes_add(struct bytes *b, const void *data, size_t size) {
    if (b->failed || size == 0)
        return;
    if (size > b->capacity - b->size) {
        if (size > SIZE_MAX / 4 - b->size) {
            b->failed = true;
            return;
        }
        size_t capacity = (b->size + size) * 2 + 64;
        unsigned char *grown = realloc(b->data, capacity);
        if (!grown) {
            b->failed = true;
            return;
        }
        b->data = grown;
        b->capacity = capacity;
    }
    memcpy(b->data + b->size, data, size);
    b->size += size;
}

void bytes_text(struct bytes *b, const char *text) { bytes_add(b, text, strlen(text)); }

static void put_little_endian(unsigned char *p, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

void put_u32(unsigned char *p, uint32_t value) { put_little_endian(p, value, 4); }

void put_u64(unsigned char *p, uint64_t value) { put_little_endian(p, value, 8); }

void bytes_u32(struct bytes *b, uint32_t value) {
    unsigned char encoded[4];
    put_u32(encoded, value);
    bytes_add(b, encoded, sizeof encoded);
}

void bytes_u64(struct bytes *b, uint64_t value) {
    unsigned char encoded[8];
    put_u64(encoded, value);
    bytes_add(b, encoded, sizeof encoded);
}

void bytes_field(struct bytes *b, const char *text) {
    size_t size = strlen(text);
    bytes_u64(b, size);
    bytes_add(b, text, size);
}

void bytes_decimal(struct bytes *b, uint64_t value) {
    char digits[20];
    size_t i = sizeof digits;
    do
        digits[--i] = (char)('0' + value % 10);
    while (value /= 10);
    bytes_add(b, digits + i, sizeof digits - i);
}

static const char hex_digits[] = "0123456789abcdef";

void bytes_hex(struct bytes *b, const unsigned char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char pair[2] = {hex_digits[data[i] >> 4], hex_digits[data[i] & 15]};
        bytes_add(b, pair, 2);
    }
}

void bytes_json(struct bytes *b, const char *text) {
    bytes_text(b, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\') {
            bytes_text(b, "\\");
            bytes_add(b, p, 1);
        } else if (*p >= 0x20 && *p < 0x7f) {
            bytes_add(b, p, 1);
        } else {
            bytes_text(b, "\\u00");
            bytes_hex(b, p, 1);
        }
    }
    bytes_text(b, "\"");
}

char *bytes_string(struct bytes *b) {
    bytes_add(b, "", 1);
    return b->failed ? NULL : (char *)b->data;
}

void bytes_free(struct bytes *b) {
    free(b->data);
    *b = (struct bytes){0};
}

char *concatenate(const char *a, const char *b) {
    struct bytes both = {0};
    bytes_text(&both, a);
    bytes_text(&both, b);
    char *joined = bytes_string(&both);
    if (!joined)
        bytes_free(&both);
    return joined;
}

static uint64_t get_little_endian(const unsigned char *p, size_t size) {
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

uint32_t get_u32(const unsigned char *p) { return (uint32_t)get_little_endian(p, 4); }

uint64_t get_u64(const unsigned char *p) { return get_little_endian(p, 8); }
