#include <stdio.h>
#include <stdlib.h>
static unsigned state;
static unsigned next(void) { return state = state * 1664525u + 1013904223u, state >> 7; }
static float real(void) { return (float)(int)(next() % 20001) / 1000.0f - 10.0f; }
/* Bits, so that no two values look alike. */
static void show(const void *data, unsigned long size)
{
    const unsigned char *bytes = data;
    unsigned long long hash = 14695981039346656037ull;
    for (unsigned long i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211ull;
    printf("%016llx", hash);
    for (unsigned long i = 0; i < size && i < 8; i++)
        printf(" %02x", bytes[i]);
    putchar('\n');
}
void drive(void);
int main(int argc, char **argv)
{
    (void)real;
    state = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    drive();
}
