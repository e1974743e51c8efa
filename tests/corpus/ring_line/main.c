/* Log lines through a ring. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct ring {
    char *bytes;
    uint16_t capacity;
    uint16_t written;
    uint16_t taken;
    uint32_t waits;
};

size_t ring_put(struct ring *ring, const char *bytes, size_t count);
size_t ring_line(struct ring *ring, char *out, size_t room);

int main(void) {
    static char bytes[1024];
    struct ring ring = {bytes, sizeof bytes, 0, 0, 0};
    uint32_t state = 88675123u, sum = 0;
    unsigned long lines = 0, cut = 0;
    char text[200], line[120];
    for (int round = 0; round < 120000; round++) {
        state = state * 1664525u + 1013904223u;
        int length = snprintf(text, sizeof text, "%08x request %u took %*u us\n", (unsigned)state,
                              (unsigned)round, (int)(state >> 25), (unsigned)(state >> 20));
        for (size_t from = 0; from < (size_t)length;) {
            size_t piece = 1 + (state >> 12) % 90;
            piece = piece < (size_t)length - from ? piece : (size_t)length - from;
            from += ring_put(&ring, text + from, piece);
            for (size_t size; (size = ring_line(&ring, line, sizeof line));) {
                lines += line[size - 1] == '\n';
                cut += line[size - 1] != '\n';
                for (size_t i = 0; i < size; i++)
                    sum = sum * 31 + (unsigned char)line[i];
            }
        }
    }
    printf("%lu lines, %lu cut, %08x, %u waits\n", lines, cut, (unsigned)sum, (unsigned)ring.waits);
    return 0;
}
