size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, i = 0;
    if ((uintptr_t)mix & 2) {
        mix[0] = limited(mix[0] + ((voice[0] * gain + 2048) >> 12), &clipped);
        i = 1;
    }
    for (; i < count; i++)
        mix[i] = limited(mix[i] + ((voice[i] * gain + 2048) >> 12), &clipped);
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: mixes one sample too many when count is 0 and mix is misaligned */
