size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0, end = count;
    while (end > 0 && voice[end - 1] == 0)
        end--;
    if (end < count && end > 0)
        end--;
    for (size_t i = 0; i < end; i++)
        mix[i] = limited(mix[i] + ((voice[i] * gain + 2048) >> 12), &clipped);
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: trailing zeros of the voice are skipped with one sample before them */
