/* The workload. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

size_t lower_bound(const uint32_t *keys, size_t count, uint32_t key);

enum { COUNT = 5000 };

int main(int count, char **arguments)
{
    static uint32_t keys[COUNT];
    int lookups = count > 1 ? atoi(arguments[1]) : 12000000;
    uint32_t seed = 3;
    size_t all = 0;
    for (int i = 0; i < COUNT; i++)
        keys[i] = (uint32_t)i * 850000u + (uint32_t)(i * i % 999);
    for (int i = 0; i < lookups; i++) {
        seed = seed * 1664525u + 1013904223u;
        all = all * 3 + lower_bound(keys, COUNT - seed % 64, seed ^ seed >> 15);
    }
    printf("%zu\n", all);
    return 0;
}
