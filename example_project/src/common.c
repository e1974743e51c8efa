/* common.c - status codes and a growing byte buffer. */
#include "common.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *status_text(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return "success";
    case STATUS_USAGE:
        return "bad arguments";
    case STATUS_MEMORY:
        return "out of memory";
    case STATUS_IO:
        return "input/output error";
    case STATUS_FORMAT:
        return "wrong file format";
    case STATUS_RANGE:
        return "value out of range";
    }
    return "unknown error";
}

void buffer_init(struct buffer *buffer)
{
    buffer->data = NULL;
    buffer->length = 0;
    buffer->capacity = 0;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer);
}

/* Make room for extra bytes and the terminating zero. */
static enum status buffer_reserve(struct buffer *buffer, size_t extra)
{
    if (extra >= SIZE_MAX / 2 - buffer->length) {
        return STATUS_MEMORY;
    }
    size_t needed = buffer->length + extra + 1;
    if (needed <= buffer->capacity) {
        return STATUS_OK;
    }
    size_t capacity = buffer->capacity ? buffer->capacity : 256;
    while (capacity < needed) {
        capacity *= 2;
    }
    char *data = realloc(buffer->data, capacity);
    if (!data) {
        return STATUS_MEMORY;
    }
    buffer->data = data;
    buffer->capacity = capacity;
    return STATUS_OK;
}

enum status buffer_append(struct buffer *buffer, const void *data, size_t length)
{
    enum status status = buffer_reserve(buffer, length);
    if (status) {
        return status;
    }
    if (length > 0) {
        memcpy(buffer->data + buffer->length, data, length);
    }
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return STATUS_OK;
}

enum status buffer_append_text(struct buffer *buffer, const char *text)
{
    return buffer_append(buffer, text, strlen(text));
}

enum status buffer_read_file(struct buffer *buffer, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return STATUS_IO;
    }
    enum status status = buffer_append(buffer, NULL, 0);
    char chunk[16384];
    size_t got;
    while (status == STATUS_OK && (got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        status = buffer_append(buffer, chunk, got);
    }
    if (status == STATUS_OK && ferror(file)) {
        status = STATUS_IO;
    }
    fclose(file);
    return status;
}

enum status buffer_write_file(const struct buffer *buffer, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) {
        return STATUS_IO;
    }
    size_t written = buffer->length ? fwrite(buffer->data, 1, buffer->length, file) : 0;
    int closed = fclose(file);
    return written == buffer->length && closed == 0 ? STATUS_OK : STATUS_IO;
}
