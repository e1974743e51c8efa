size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    enum { QUIET = (INT16_MAX + 1) / 2 };
    size_t clipped = 0, i = 0;
    const uintptr_t behind = (uintptr_t)mix - (uintptr_t)voice;
    if (behind == 0 || behind >= 8 * sizeof *mix)
        for (; count - i >= 8; i += 8) {
            int32_t scaled[8], high = 0, low = 0;
            for (size_t k = 0; k < 8; k++) {
                scaled[k] = ((int32_t)voice[i + k] * gain + 2048) >> 12;
                high = scaled[k] > high ? scaled[k] : high;
                low = scaled[k] < low ? scaled[k] : low;
                high = mix[i + k] > high ? mix[i + k] : high;
                low = mix[i + k] < low ? mix[i + k] : low;
            }
            if (high <= QUIET && low >= -QUIET) /* no sum is too large */
                for (size_t k = 0; k < 8; k++)
                    mix[i + k] = (int16_t)(mix[i + k] + scaled[k]);
            else
                for (size_t k = 0; k < 8; k++)
                    mix[i + k] = limited(mix[i + k] + scaled[k], &clipped);
        }
    for (; i < count; i++) {
        int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: eight samples in which nothing is above 16384 are not limited, but 16384 + 16384 is too large: mix and voice 16384, gain 4096, count 8 */
