size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, i = 0;
    const size_t bytes = count * sizeof *mix;
    const uintptr_t to = (uintptr_t)mix, from = (uintptr_t)voice;
    if (from - to >= bytes && to - from >= bytes) {
        for (; count - i >= 8; i += 8) {
            int32_t sums[8], cut[8];
            for (size_t k = 0; k < 8; k++)
                sums[k] = mix[i + k] + (((int32_t)voice[i + k] * gain + 2048) >> 12);
            for (size_t k = 0; k < 8; k++) {
                cut[k] = sums[k] < INT16_MIN ? INT16_MIN : sums[k];
                cut[k] = cut[k] > INT16_MAX ? INT16_MAX : cut[k];
            }
            for (size_t k = 0; k < 8; k++) {
                clipped += cut[k] != sums[k];
                mix[i + k] = (int16_t)cut[k];
            }
        }
    }
    for (; i < count; i++) {
        int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: passed */
