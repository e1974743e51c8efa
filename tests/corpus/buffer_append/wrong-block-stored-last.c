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
    size_t needed = buffer->length + count, room = buffer->capacity;
    unsigned char *block = buffer->data;
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
        block = data;
        room = capacity;
    }
    if (count)
        memmove(block + buffer->length, source, count);
    *buffer = (struct buffer){block, needed, room, 0};
    return 0;
}
/* verdict: refuted: block and capacity are stored behind the copy: an append of the buffer's own capacity that makes it grow copies the old one, as buffer_append(&b, &b.capacity, sizeof b.capacity) to an empty buffer */
