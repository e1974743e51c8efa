/* Measures of a recorded signal. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The sum of squares, added up in the order of the samples; the largest absolute value goes to peak
 * unless that is NULL. Samples that are no numbers make the sum none and do not count for the peak.
 */
double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        double sample = samples[i];
        energy += sample * sample;
        float size = fabsf(samples[i]);
        if (size > largest)
            largest = size;
    }
    if (peak)
        *peak = largest;
    return energy;
}

/* Root mean square and crest factor of consecutive windows; returns how many windows there are. */
size_t signal_levels(float *levels, float *crests, const float *samples, size_t count,
                     size_t window) {
    size_t windows = 0;
    for (size_t begin = 0; window && begin + window <= count; begin += window, windows++) {
        float peak;
        double level = sqrt(signal_energy(samples + begin, window, &peak) / (double)window);
        levels[windows] = (float)level;
        crests[windows] = level > 0.0 ? (float)(peak / level) : 0.0f;
    }
    return windows;
}
