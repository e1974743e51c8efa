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
    const unsigned char *source = bytes;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : 16;
        while (capacity < needed)
            capacity *= 2;
        uintptr_t old = (uintptr_t)buffer->data;
        uintptr_t at = (uintptr_t)bytes;
        int inside = old && at >= old && at < old + buffer->length;
        buffer->data = realloc(buffer->data, capacity);
        if (!buffer->data) {
            buffer->length = 0;
            buffer->capacity = 0;
            buffer->failed = 1;
            errno = ENOMEM;
            return -1;
        }
        if (inside)
            source = buffer->data + (at - old);
        buffer->capacity = capacity;
    }
    if (count)
        memmove(buffer->data + buffer->length, source, count);
    buffer->length = needed;
    return 0;
}
/* verdict: refuted: when memory ends the old block is lost, and with it the contents */
