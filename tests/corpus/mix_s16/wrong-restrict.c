size_t mix_s16(int16_t *restrict mix, const int16_t *restrict voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t sum = mix[i] + (((int32_t)voice[i] * gain + 2048) >> 12);
        int32_t cut = sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum;
        clipped += sum != cut;
        mix[i] = (int16_t)cut;
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: promises that the buffers do not overlap */
