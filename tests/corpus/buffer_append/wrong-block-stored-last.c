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
    const unsigned char *source = bytes;
    unsigned char *data = buffer->data;
    size_t capacity = buffer->capacity;
    if (length + count > capacity) {
        capacity += !capacity * 16u;
        while (capacity < length + count)
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
    }
    if (count)
        memmove(data + length, source, count);
    *buffer = (struct buffer){data, length + count, capacity, 0};
    return 0;
}
/* verdict: refuted: block and capacity are stored behind the copy: an append of the buffer's own capacity that makes it grow copies the old one, as buffer_append(&b, &b.capacity, 8) to an empty buffer */
