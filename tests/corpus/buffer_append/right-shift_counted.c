int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    int error = EIO;
    if (buffer->failed)
        goto fail;
    error = EOVERFLOW;
    if (count > SIZE_MAX / 2 - buffer->length)
        goto fail;
    size_t length = buffer->length, capacity = buffer->capacity;
    const unsigned char *source = bytes;
    if (length + count > capacity) {
        unsigned shift = 0;
        if (!capacity)
            capacity = 16;
        while (capacity << shift < length + count)
            shift++;
        capacity <<= shift;
        int64_t offset = -1;
        for (uintptr_t at = (uintptr_t)bytes - (uintptr_t)buffer->data; buffer->data && at < length;
             at = length)
            offset = (int64_t)at;
        unsigned char *data = realloc(buffer->data, capacity);
        error = ENOMEM;
        if (!data)
            goto fail;
        buffer->data = data;
        buffer->capacity = capacity;
        if (offset >= 0)
            source = data + offset;
    }
    if (count)
        memmove(buffer->data + length, source, count);
    buffer->length = length + count;
    return 0;
fail:
    buffer->failed = 1;
    errno = error;
    return -1;
}
/* verdict: passed */
