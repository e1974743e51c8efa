/* helpers: grown, refused */
static int refused(struct buffer *buffer, int error) {
    buffer->failed = 1;
    errno = error;
    return -1;
}

static int grown(struct buffer *buffer, size_t needed) {
    size_t capacity = buffer->capacity;
    if (capacity == 0)
        capacity = 16;
    while (capacity < needed)
        capacity += capacity;
    unsigned char *data = realloc(buffer->data, capacity);
    if (data == NULL)
        return 0;
    buffer->data = data;
    buffer->capacity = capacity;
    return 1;
}

int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    if (__builtin_expect(buffer->failed != 0, 0))
        return refused(buffer, EIO);
    size_t room = buffer->capacity - buffer->length;
    const unsigned char *source = bytes;
    if (buffer->length > SIZE_MAX / 2 || count > SIZE_MAX / 2 - buffer->length)
        return refused(buffer, EOVERFLOW);
    if (count > room) {
        size_t offset = (uintptr_t)bytes - (uintptr_t)buffer->data;
        int own = buffer->data != NULL && offset < buffer->length;
        if (!grown(buffer, buffer->length + count))
            return refused(buffer, ENOMEM);
        if (own)
            source = buffer->data + offset;
    }
    if (count == 0)
        return 0;
    unsigned char *to = buffer->data + buffer->length;
    if (count == 1)
        *to = *source;
    else
        memmove(to, source, count);
    buffer->length += count;
    return 0;
}
/* verdict: passed */
