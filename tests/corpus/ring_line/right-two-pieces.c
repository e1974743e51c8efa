size_t ring_line(struct ring *ring, char *out, size_t room) {
    const uint32_t held = ring->written - ring->taken, at = ring->taken & (ring->capacity - 1);
    const size_t first = held < ring->capacity - at ? held : ring->capacity - at;
    const char *const begin = held ? ring->bytes + at : NULL;
    const char *end = NULL;
    size_t count = held;
    if (first && (end = memchr(begin, '\n', first)))
        count = (size_t)(end - begin) + 1;
    else if (held > first && (end = memchr(ring->bytes, '\n', held - first)))
        count = first + (size_t)(end - ring->bytes) + 1;
    if (!end && held < ring->capacity) {
        ring->waits++;
        return 0;
    }
    count = count < room ? count : room;
    const size_t front = count < first ? count : first;
    if (front)
        memcpy(out, begin, front);
    if (count > front)
        memcpy(out + front, ring->bytes, count - front);
    ring->taken += (uint32_t)count;
    return count;
}
/* verdict: passed */
