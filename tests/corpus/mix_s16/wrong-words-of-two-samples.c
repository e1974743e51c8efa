size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, i = 0;
    const uint32_t *pairs = (const uint32_t *)voice;
    if (mix - voice != 1) {
        for (; i + 2 <= count; i += 2) {
            uint32_t pair = *pairs++;
            int16_t left = (int16_t)pair, right = (int16_t)(pair >> 16);
            mix[i] = limited(mix[i] + ((left * gain + 2048) >> 12), &clipped);
            mix[i + 1] = limited(mix[i + 1] + ((right * gain + 2048) >> 12), &clipped);
        }
    }
    for (; i < count; i++)
        mix[i] = limited(mix[i] + ((voice[i] * gain + 2048) >> 12), &clipped);
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: reads pairs through uint32_t: misaligned, and another type's object */
