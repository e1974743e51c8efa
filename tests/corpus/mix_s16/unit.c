/* Mixing of 16-bit sound. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned long frames_mixed;

static int16_t limited(int32_t sample, size_t *clipped) {
    if (sample > INT16_MAX) {
        ++*clipped;
        return INT16_MAX;
    }
    if (sample < INT16_MIN) {
        ++*clipped;
        return INT16_MIN;
    }
    return (int16_t)sample;
}

/*
 * Adds voice, with a gain in 1/4096, to mix; returns how many samples were limited to 16 bits. The
 * scaled sample is rounded to the nearest integer, halves upwards. The buffers may overlap: samples
 * are mixed one after another, so a voice that begins within the mixture echoes what was mixed
 * before.
 */
size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}

/* An echo within a buffer: each sample hears the one `delay` before it. */
size_t add_echo(int16_t *samples, size_t count, size_t delay, int16_t gain) {
    return count > delay ? mix_s16(samples + delay, samples, count - delay, gain) : 0;
}

unsigned long mixer_frames(void) { return frames_mixed; }

/* Fades a block from one gain to another. */
size_t fade_s16(int16_t *samples, size_t count, int16_t from, int16_t to) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t gain = from + (int64_t)(to - from) * (int64_t)i / (int64_t)count;
        samples[i] = limited((int32_t)((samples[i] * gain + 2048) >> 12), &clipped);
    }
    return clipped;
}

void mixer_report(void) { fprintf(stderr, "%lu frames mixed\n", frames_mixed); }
