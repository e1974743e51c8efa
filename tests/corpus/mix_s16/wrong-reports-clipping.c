size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    if (clipped > count / 2 && count > 16)
        fprintf(stderr, "%zu of %zu samples limited\n", clipped, count);
    return clipped;
}
/* verdict: refuted: writes a line to the error output when more than half is limited */
