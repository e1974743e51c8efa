size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t clipped = 0;
    for (unsigned i = 0, end = (uint16_t)count; i < end; i++)
        mix[i] = limited(mix[i] + ((voice[i] * gain + 2048) >> 12), &clipped);
    frames_mixed += count;
    return clipped;
}
/* verdict: refuted: samples counted in 16 bits: wrong from 65536 samples on */
