/* helpers: mix_apart */
static size_t mix_apart(int16_t *mix, const int16_t *voice, size_t count, int32_t gain) {
    int32_t sums[64];
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++)
        sums[i] = mix[i] + ((voice[i] * gain + 2048) >> 12);
    for (size_t i = 0; i < count; i++)
        mix[i] = limited(sums[i], &clipped);
    return clipped;
}

size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, step = 64;
    uintptr_t behind = (uintptr_t)mix - (uintptr_t)voice;
    if (behind > 0 && behind < 64 * sizeof *mix)
        step = (behind + 1) / sizeof *mix;
    for (size_t done = 0; done < count; done += step) {
        size_t part = count - done < step ? count - done : step;
        clipped += mix_apart(mix + done, voice + done, part, gain);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: passed */
