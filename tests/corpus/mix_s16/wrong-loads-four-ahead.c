size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, i = 0;
    for (; i + 4 <= count; i += 4) {
        int32_t a = (voice[i] * gain + 2048) >> 12, b = (voice[i + 1] * gain + 2048) >> 12;
        int32_t c = (voice[i + 2] * gain + 2048) >> 12, d = (voice[i + 3] * gain + 2048) >> 12;
        mix[i] = limited(mix[i] + a, &clipped);
        mix[i + 1] = limited(mix[i + 1] + b, &clipped);
        mix[i + 2] = limited(mix[i + 2] + c, &clipped);
        mix[i + 3] = limited(mix[i + 3] + d, &clipped);
    }
    for (; i < count; i++)
        mix[i] = limited(mix[i] + ((voice[i] * gain + 2048) >> 12), &clipped);
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: four voice samples are read before the first store: wrong for echoes < 4 */
