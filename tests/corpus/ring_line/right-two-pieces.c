size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    const size_t at = ring->taken & mask, stop = held < ring->capacity - at ? held : ring->capacity - at;
    size_t count = 0; /* before the end of the bytes, and behind their beginning */
    while (count < stop && ring->bytes[at + count] != '\n')
        count++;
    if (count == stop)
        while (count < held && ring->bytes[count - stop] != '\n')
            count++;
    if (count < held) {
        count++;
    } else if (held < ring->capacity) {
        ring->waits++;
        return 0;
    }
    if (count > room)
        count = room;
    const size_t front = count < stop ? count : stop;
    if (front)
        memcpy(out, ring->bytes + at, front);
    if (count > front)
        memcpy(out + front, ring->bytes, count - front);
    ring->taken = (uint16_t)(ring->taken + count);
    return count;
}
/* verdict: passed */
