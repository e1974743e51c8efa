size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    size_t count = 0;
    if (held == 0 || room == 0) {
        ring->waits += held < ring->capacity;
        return 0;
    }
    while (count < held && ring->bytes[(ring->taken + count) & mask] != '\n')
        count++;
    if (count < held) {
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
/* verdict: refuted: without room a complete line counts as a wait too: capacity 4, "a\n" in it, room 0 */
