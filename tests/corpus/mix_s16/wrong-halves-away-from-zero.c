size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t product = (int32_t)voice[i] * gain;
        int32_t scaled = product < 0 ? -((-product + 2048) >> 12) : (product + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: negative halves are rounded down, not up */
