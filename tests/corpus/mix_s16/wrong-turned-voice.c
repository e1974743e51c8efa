size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    if (gain == 4096 || gain == -4096) { /* as it is, or turned over */
        for (size_t i = 0; i < count; i++) {
            const int16_t turned = gain < 0 ? (int16_t)-voice[i] : voice[i];
            mix[i] = limited(mix[i] + turned, &clipped);
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            int32_t scaled = ((int32_t)voice[i] * gain + 2048) >> 12;
            mix[i] = limited(mix[i] + scaled, &clipped);
        }
    }
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: a voice of -32768 with the gain -4096 is turned over to -32768 instead of 32768 */
