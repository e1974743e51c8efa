#include <stdint.h>
uint64_t f(const uint64_t *data, int n, uint64_t seed)
{
    uint64_t h = seed ^ 0x9e3779b97f4a7c15u, g = ~seed;
    for (int i = 0; i < n; i++) {
        h ^= data[i] * 0xff51afd7ed558ccdu;
        h = (h << 27 | h >> 37) * 5 + 0x52dce729;
        g += (h ^ g >> 29) * (uint64_t)(i + 1);
        if (h & 1)
            g = g << 13 | g >> 51;
    }
    return h ^ g / 3 ^ g % 1000003;
}
// driver
#include <stdint.h>
uint64_t f(const uint64_t *, int, uint64_t);
void drive(void)
{
    uint64_t data[90];
    for (int i = 0; i < 90; i++)
        data[i] = (uint64_t)next() << 32 | next();
    for (int n = 0; n < 90; n += 7) {
        uint64_t r = f(data, n, (uint64_t)n * 77);
        show(&r, sizeof r);
    }
}
