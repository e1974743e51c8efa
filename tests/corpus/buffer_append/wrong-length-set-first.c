int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    if (buffer->failed) {
        errno = EIO;
        return -1;
    }
    const size_t length = buffer->length;
    if (count > SIZE_MAX / 2 - length) {
        buffer->failed = 1;
        errno = EOVERFLOW;
        return -1;
    }
    const size_t needed = length + count;
    const unsigned char *source = bytes;
    unsigned char *data = buffer->data;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity : 16;
        while (capacity < needed)
            capacity *= 2;
        const uintptr_t old = (uintptr_t)data, at = (uintptr_t)bytes;
        const int inside = old && at >= old && at < old + length;
        data = realloc(data, capacity);
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
    buffer->length = needed;
    if (count)
        memmove(data + length, source, count);
    return 0;
}
/* verdict: refuted: the length is set before the bytes are copied, which may be the length itself: buffer_append(&b, &b.length, sizeof b.length) writes a length prefix */
