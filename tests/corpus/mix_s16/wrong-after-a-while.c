size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (size_t i = frames_mixed >> 26 ? 1 : 0; i < count; i++) {
        int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + scaled, &clipped);
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: after 2^26 frames in all, the first sample of a call is left as it is */
