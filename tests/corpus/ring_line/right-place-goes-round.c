size_t ring_line(struct ring *ring, char *out, size_t room) {
    const uint32_t capacity = ring->capacity, taken = ring->taken;
    const uint32_t held = ring->written - taken;
    const char *const bytes = ring->bytes;
    uint32_t count = 0, at = taken & (capacity - 1);
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
    count = count < room ? count : (uint32_t)room;
    at = taken & (capacity - 1);
    for (uint32_t i = 0; i < count; i++) {
        out[i] = bytes[at];
        at = at + 1 == capacity ? 0 : at + 1;
    }
    ring->taken = taken + count;
    return count;
}
/* verdict: passed */
