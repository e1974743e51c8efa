int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    if (buffer->failed) {
        errno = EIO;
        return -1;
    }
    const size_t length = buffer->length;
    if (count > SIZE_MAX / 2 - length) {
        errno = EOVERFLOW;
        buffer->failed = 1;
        return -1;
    }
    if (length + count <= buffer->capacity) {
        if (count != 0)
            memmove(buffer->data + length, bytes, count);
        buffer->length = length + count;
        return 0;
    }
    size_t capacity = buffer->capacity ? buffer->capacity : 16;
    do {
        if (capacity >= length + count)
            break;
        capacity <<= 1;
    } while (1);
    unsigned char *data = malloc(capacity);
    if (!data) {
        errno = ENOMEM;
        buffer->failed = 1;
        return -1;
    }
    if (length)
        memcpy(data, buffer->data, length);
    unsigned char *old = buffer->data;
    buffer->data = data;
    buffer->capacity = capacity;
    if (count)
        memcpy(data + length, bytes, count);
    free(old);
    buffer->length = length + count;
    return 0;
}
/* verdict: passed */
