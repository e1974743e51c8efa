size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, i = 0;
    const uintptr_t behind = (uintptr_t)mix - (uintptr_t)voice;
    if (behind == 0 || behind >= 16) {
        for (; i + 16 <= count; i += 16) {
            int32_t scaled[16];
            for (size_t k = 0; k < 16; k++)
                scaled[k] = ((int32_t)voice[i + k] * gain + 2048) >> 12;
            for (size_t k = 0; k < 16; k++)
                mix[i + k] = limited(mix[i + k] + scaled[k], &clipped);
        }
    }
    for (; i < count; i++) {
        int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: takes 16 bytes of distance for 16 samples: wrong for echoes of 8 to 15 */
