size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t within = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t sum = mix[i] + (((int32_t)voice[i] * gain + 2048) >> 12);
        if ((uint32_t)sum + 32768u < 65536u)
            within++;
        else
            sum = sum < 0 ? -32768 : 32767;
        mix[i] = (int16_t)sum;
    }
    frames_mixed += count;
    return count - within;
}
/* verdict: passed */
