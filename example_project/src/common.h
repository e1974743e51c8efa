/* common.h - status codes, small helpers and a growing byte buffer. */
#ifndef SIGKIT_COMMON_H
#define SIGKIT_COMMON_H

#include <stddef.h>

enum status {
    STATUS_OK = 0,
    STATUS_USAGE,  /* bad command line */
    STATUS_MEMORY, /* allocation failed */
    STATUS_IO,     /* a file could not be opened, read or written */
    STATUS_FORMAT, /* a file has the wrong format */
    STATUS_RANGE   /* an argument is out of the range a function can handle */
};

const char *status_text(enum status status);

static inline int clamp_int(int value, int low, int high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

/* Bytes with a length; data is always followed by a terminating zero once it is not NULL. */
struct buffer {
    char *data;
    size_t length;
    size_t capacity;
};

void buffer_init(struct buffer *buffer);
void buffer_free(struct buffer *buffer);
enum status buffer_append(struct buffer *buffer, const void *data, size_t length);
enum status buffer_append_text(struct buffer *buffer, const char *text);
enum status buffer_read_file(struct buffer *buffer, const char *path);
enum status buffer_write_file(const struct buffer *buffer, const char *path);

#endif
