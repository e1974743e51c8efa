/* The workload. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

size_t varint_sum(const uint8_t *bytes, size_t size, uint64_t *sum);

enum { SIZE = 1 << 16 };

int main(int count, char **arguments)
{
    static uint8_t bytes[SIZE];
    int rounds = count > 1 ? atoi(arguments[1]) : 20000;
    uint64_t sum = 0, all = 0;
    unsigned seed = 5;
    for (int i = 0; i < SIZE; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24 & (seed >> 13 & 7 ? 0x7f : 0xff));
    }
    for (int i = 0; i < rounds; i++)
        all = all * 3 + varint_sum(bytes + i % 64, SIZE - 64, &sum) + sum;
    printf("%llu\n", (unsigned long long)all);
    return 0;
}
