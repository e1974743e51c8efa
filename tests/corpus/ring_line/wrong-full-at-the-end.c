size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    const size_t at = ring->taken & mask, end = ring->written & mask;
    const size_t stop = held && end <= at ? ring->capacity - at : held;
    size_t count = 0; /* before the end of the bytes, and behind their beginning */
    while (count < stop && ring->bytes[at + count] != '\n')
        count++;
    if (count == stop && end < at)
        while (count < held && ring->bytes[count - stop] != '\n')
            count++;
    if (end == at && held)
        count = count == stop ? held - 1 : count;
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
/* verdict: refuted: does not look at the beginning of a ring that is full from a place within: capacity 4, taken 2, written 6, "\nbcd" in the bytes: takes "cd\nb" instead of "cd\n" */
