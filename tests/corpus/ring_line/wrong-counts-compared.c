size_t ring_line(struct ring *ring, char *out, size_t room) {
    const uint32_t mask = ring->capacity - 1;
    uint32_t at = ring->taken;
    while (at < ring->written && ring->bytes[at & mask] != '\n')
        at++;
    if (at < ring->written) {
        at++;
    } else if (ring->written - ring->taken < ring->capacity) {
        ring->waits++;
        return 0;
    }
    uint32_t count = at - ring->taken;
    if (count > room)
        count = (uint32_t)room;
    for (uint32_t i = 0; i < count; i++)
        out[i] = ring->bytes[(ring->taken + i) & mask];
    ring->taken += count;
    return count;
}
/* verdict: refuted: the two counts are compared, but they start again at 2^32: taken 4294967294, written 2, a newline among the four bytes */
