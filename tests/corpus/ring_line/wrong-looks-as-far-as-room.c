size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    const size_t most = held < room ? held : room;
    size_t count = 0;
    while (count < most && ring->bytes[(ring->taken + count) & mask] != '\n')
        count++;
    if (count < most) {
        count++;
    } else if (held < ring->capacity && held <= room) {
        ring->waits++;
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = ring->bytes[(ring->taken + i) & mask];
    ring->taken = (uint16_t)(ring->taken + count);
    return count;
}
/* verdict: refuted: looks for the newline in the first `room` bytes only: of "abcd" without an end in a ring of 8, with room 3, takes 3 bytes instead of waiting */
