/* Levels of samples of a 12-bit converter, window by window, and of the whole. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

double signal_energy(const float *samples, size_t count, float *peak);
size_t signal_levels(float *levels, float *crests, const float *samples, size_t count,
                     size_t window);

enum { COUNT = 65280, WINDOW = 480 };

static float samples[COUNT], levels[COUNT / WINDOW], crests[COUNT / WINDOW];

int main(void) {
    uint32_t state = 362436069u;
    for (int i = 0; i < COUNT; i++) {
        state = state * 1664525u + 1013904223u;
        int raw = (int)(state >> 20) - 2048;
        samples[i] = (float)raw / 2048.0f;
    }
    double total = 0.0;
    for (int round = 0; round < 700; round++) {
        size_t windows = signal_levels(levels, crests, samples, COUNT, WINDOW);
        for (size_t i = 0; i < windows; i++)
            total += levels[i] * crests[(i * 7) % windows];
        samples[(round * 997) % COUNT] = (float)((round % 4095) - 2047) / 2048.0f;
    }
    float peak = 0.0f;
    double energy = 0.0;
    for (size_t begin = 0; begin < COUNT; begin += 4080)
        energy += signal_energy(samples + begin, 4080, begin ? NULL : &peak);
    printf("%.17g\n%.17g %.9g\n", total, energy, (double)peak);
    return 0;
}
