int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    int error = ENOMEM;
    if (buffer->failed)
        goto failed;
    if (count > SIZE_MAX / 2 - buffer->length) {
        error = EOVERFLOW;
        goto failed;
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
        if (!data)
            goto failed;
        if (inside)
            source = data + (at - old);
        buffer->data = data;
        buffer->capacity = capacity;
    }
    if (count)
        memmove(buffer->data + buffer->length, source, count);
    buffer->length = needed;
    return 0;
failed:
    buffer->failed = 1;
    errno = error;
    return -1;
}
/* verdict: refuted: reports ENOMEM for a buffer that had failed before */
