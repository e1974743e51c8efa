size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t sum = mix[i] + (((int32_t)voice[i] * gain + 2048) >> 12);
        int32_t size = sum < 0 ? -sum : sum;
        if (size > INT16_MAX) {
            clipped++;
            sum = sum < 0 ? INT16_MIN + (size == 32768) : INT16_MAX;
        }
        mix[i] = (int16_t)sum;
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: a sum of exactly -32768 is counted and set to -32767 */
