size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    size_t count = 0;
    uint16_t at = ring->taken;
    while (at < ring->written && ring->bytes[at & mask] != '\n')
        at++;
    count = (uint16_t)(at - ring->taken);
    if (at < ring->written) {
        count++;
    } else if (held < ring->capacity) {
        ring->waits++;
        return 0;
    }
    if (count > room)
        count = room;
    for (size_t i = 0; i < count; i++)
        out[i] = ring->bytes[(ring->taken + i) & mask];
    ring->taken = (uint16_t)(ring->taken + count);
    return count;
}
/* verdict: refuted: the two counts are compared, but they start again at 2^16: taken 65534, written 2, a newline among the four bytes */
