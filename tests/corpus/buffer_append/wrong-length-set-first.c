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
        unsigned char *data = realloc(buffer->data, capacity);
        if (!data) {
            buffer->failed = 1;
            errno = ENOMEM;
            return -1;
        }
        if (inside)
            source = data + (at - old);
        buffer->data = data;
        buffer->capacity = capacity;
    }
    unsigned char *end = buffer->data + buffer->length;
    buffer->length = needed;
    if (count)
        memmove(end, source, count);
    return 0;
}
/* verdict: refuted: the length is set before the bytes are copied, which may be the length itself: buffer_append(&b, &b.length, sizeof b.length) writes a length prefix */
