size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    frames_mixed += count;
    if (gain == 0)
        return 0;
    if (gain == 4096) {
        for (size_t i = 0; i < count; i++)
            mix[i] = limited(mix[i] + voice[i], &clipped);
        return clipped;
    }
    for (const int16_t *end = mix + count; mix != end; mix++, voice++)
        *mix = limited(*mix + ((*voice * gain + 2048) >> 12), &clipped);
    return clipped;
}
/* verdict: passed */
