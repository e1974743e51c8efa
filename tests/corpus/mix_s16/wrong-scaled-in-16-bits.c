size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int16_t scaled = (int16_t)(((int32_t)voice[i] * gain + 2048) >> 12);
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: the scaled sample wraps at 16 bits when the gain is above 1 */
