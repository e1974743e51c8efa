/* A ring of bytes from which lines are taken. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct ring {
    char *bytes;
    uint16_t capacity; /* a power of two, at most 2^15 */
    uint16_t written;  /* bytes that were ever put in, modulo 2^16 */
    uint16_t taken;    /* and taken out */
    uint32_t waits;    /* how often a line was not complete */
};

size_t ring_put(struct ring *ring, const char *bytes, size_t count);
size_t ring_line(struct ring *ring, char *out, size_t room);

/* As many bytes as there is room for; returns how many. */
size_t ring_put(struct ring *ring, const char *bytes, size_t count) {
    const size_t free = ring->capacity - (size_t)(uint16_t)(ring->written - ring->taken);
    if (count > free)
        count = free;
    for (size_t i = 0; i < count; i++)
        ring->bytes[ring->written++ & (ring->capacity - 1)] = bytes[i];
    return count;
}

/* Takes a line out, up to and with its newline, or its first `room` bytes when it is longer. What
   has no newline is not taken (and counts as a wait) unless the ring is full of it. Returns how
   many bytes went to `out`, which lies outside the ring; nothing else there changes. */
size_t ring_line(struct ring *ring, char *out, size_t room) {
    const size_t mask = ring->capacity - 1u, held = (uint16_t)(ring->written - ring->taken);
    size_t count = 0;
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
