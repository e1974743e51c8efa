int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    if (buffer->failed) {
        errno = EIO;
        return -1;
    }
    if (count > SIZE_MAX / 2 - buffer->length) {
        buffer->failed = 1;
        errno = EOVERFLOW;
        return -1;
    }
    size_t needed = buffer->length + count;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : 16;
        while (capacity < needed)
            capacity *= 2;
        unsigned char *data = realloc(buffer->data, capacity);
        if (!data) {
            buffer->failed = 1;
            errno = ENOMEM;
            return -1;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    if (count)
        memmove(buffer->data + buffer->length, bytes, count);
    buffer->length = needed;
    return 0;
}
/* verdict: refuted: bytes of the buffer itself are read from the old block after realloc */
