/* Messages through a ring, a few of them damaged on the way. */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

size_t frame_put(uint8_t *frame, size_t room, const uint8_t *payload, size_t length);
int frame_get(size_t *length, const uint8_t *bytes, size_t first, const uint8_t *more,
              size_t second);
void link_print(void);

int main(void) {
    static uint8_t ring[1024], frame[256];
    char text[128];
    uint64_t digest = 0;
    uint32_t state = 1013904223u;
    size_t write = 0;
    for (int round = 0; round < 80000; round++) {
        state = state * 1664525u + 1013904223u;
        int length = snprintf(text, sizeof text, "node %u: temperature %u.%u, level %u%s",
                              state >> 28, state >> 22 & 31, state >> 18 & 7, state >> 8 & 1023,
                              &" -- battery low, please replace"[state & 15]);
        size_t size = frame_put(frame, sizeof frame, (const uint8_t *)text, (size_t)length);
        if (round % 500 == 499)
            frame[1 + state % (unsigned)length] ^= 4;
        size_t first = sizeof ring - write < size ? sizeof ring - write : size, payload = 0;
        memcpy(ring + write, frame, first);
        memcpy(ring, frame + first, size - first);
        int taken = frame_get(&payload, ring + write, first, ring, size - first);
        digest = digest * 31 + (uint64_t)(taken + 1) + payload + frame[size - 1];
        write = (write + size) % sizeof ring;
    }
    printf("%016" PRIx64 "\n", digest);
    link_print();
    return 0;
}
