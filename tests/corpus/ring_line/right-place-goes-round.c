size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t capacity = ring->capacity, taken = ring->taken;
    const size_t held = (uint16_t)(ring->written - taken);
    const char *const bytes = ring->bytes;
    size_t count = 0, at = taken & (capacity - 1);
    for (; count < held; count++) {
        const char c = bytes[at];
        at = at + 1 == capacity ? 0 : at + 1;
        if (c == '\n')
            break;
    }
    if (count == held && held < capacity) {
        ring->waits++;
        return 0;
    }
    count += count < held;
    count = count < room ? count : room;
    at = taken & (capacity - 1);
    for (size_t i = 0; i < count; i++) {
        out[i] = bytes[at];
        at = at + 1 == capacity ? 0 : at + 1;
    }
    ring->taken = (uint16_t)(taken + count);
    return count;
}
/* verdict: passed */
