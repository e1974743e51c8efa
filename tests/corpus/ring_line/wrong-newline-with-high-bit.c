size_t ring_line(struct ring *ring, char *out, size_t room) {
    const uint32_t mask = ring->capacity - 1, held = ring->written - ring->taken;
    const uint64_t ones = 0x0101010101010101u;
    uint32_t count = 0;
    while (count < held) {
        const uint32_t at = (ring->taken + count) & mask;
        if (held - count >= 8 && ring->capacity - at >= 8) {
            uint64_t eight;
            memcpy(&eight, ring->bytes + at, sizeof eight);
            eight = (eight ^ ones * '\n') - ones;
            if (!(eight & ones << 7)) {
                count += 8;
                continue;
            }
            if (held - count == 8 && !(eight & ones << 7 & ~(uint64_t)0 >> 8)) {
                count += 7; /* only the last one: it is the newline */
                break;
            }
        }
        if (ring->bytes[at] == '\n')
            break;
        count++;
    }
    if (count < held) {
        count++;
    } else if (held < ring->capacity) {
        ring->waits++;
        return 0;
    }
    if (count > room)
        count = (uint32_t)room;
    for (uint32_t i = 0; i < count; i++)
        out[i] = ring->bytes[(ring->taken + i) & mask];
    ring->taken += count;
    return count;
}
/* verdict: refuted: of the last eight bytes the eighth counts as the newline also when it is 0x8b or above: 7 letters and 0xff in a ring of 16 are taken for a line */
