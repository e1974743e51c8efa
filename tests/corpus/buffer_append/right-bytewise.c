int buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    int error = buffer->failed ? EIO : count > SIZE_MAX / 2 - buffer->length ? EOVERFLOW : 0;
    size_t needed = buffer->length + count;
    const unsigned char *from = bytes;
    if (!error && needed > buffer->capacity) {
        size_t capacity = buffer->capacity + (buffer->capacity == 0) * 16;
        for (; capacity < needed; capacity *= 2)
            ;
        size_t distance = 0;
        int moved = 0;
        if (buffer->data && (uintptr_t)from >= (uintptr_t)buffer->data) {
            distance = (size_t)((uintptr_t)from - (uintptr_t)buffer->data);
            moved = distance < buffer->length;
        }
        unsigned char *data = realloc(buffer->data, capacity);
        if (data) {
            buffer->data = data;
            buffer->capacity = capacity;
            from = moved ? data + distance : from;
        } else {
            error = ENOMEM;
        }
    }
    if (error) {
        errno = error;
        buffer->failed = 1;
        return -1;
    }
    /* The source ends where the target begins, or earlier: upwards is right. */
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        unsigned char a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];
        unsigned char *to = buffer->data + buffer->length + i;
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = d;
    }
    for (; i < count; i++)
        buffer->data[buffer->length + i] = from[i];
    buffer->length = needed;
    return 0;
}
/* verdict: passed */
