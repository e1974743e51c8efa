/* The workload. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

long frame_value(const unsigned char *frame, size_t size);

enum { START = 0x7e, MOST = 250 };

static void fill(unsigned char *frame, unsigned seed)
{
    unsigned a = 1, b = 0;
    size_t length = MOST - 2 * (seed % 20);
    frame[0] = START;
    frame[1] = (unsigned char)length;
    for (size_t i = 0; i < length; i++) {
        seed = seed * 1664525u + 1013904223u;
        frame[2 + i] = (unsigned char)(seed >> 24);
        a = (a + frame[2 + i]) % 255;
        b = (b + a) % 255;
    }
    frame[length + 2] = (unsigned char)a;
    frame[length + 3] = (unsigned char)(b + (seed >> 20) % 16 / 15);
}

int main(int count, char **arguments)
{
    static unsigned char frames[256][MOST + 4];
    unsigned rounds = count > 1 ? (unsigned)atoi(arguments[1]) : 5000;
    unsigned long all = 0;
    for (unsigned i = 0; i < 256; i++)
        fill(frames[i], i + 1);
    for (unsigned i = 0; i < rounds * 256; i++)
        all = all * 7 + (unsigned long)frame_value(frames[i % 256], sizeof frames[0]);
    printf("%lu\n", all);
    return 0;
}
