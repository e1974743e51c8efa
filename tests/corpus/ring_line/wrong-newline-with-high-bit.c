size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
    size_t count = 0;
    while (count < held) {
        const size_t at = (ring->taken + count) & mask;
        uint64_t eight;
        if (held - count >= sizeof eight && ring->capacity - at >= sizeof eight) {
            memcpy(&eight, ring->bytes + at, sizeof eight);
            eight ^= ones * '\n';
            const uint64_t found = (eight - ones) & tops;
            count += found ? (size_t)__builtin_ctzll(found) / 8 : sizeof eight;
            if (found)
                break;
        } else if (ring->bytes[at] == '\n') {
            break;
        } else {
            count++;
        }
    }
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
/* verdict: refuted: eight bytes at a time a byte from 0x8b on counts as a newline: "abcdefg" and 0xff in a ring of 16 are taken for a line */
