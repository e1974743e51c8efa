size_t mix_s16(int16_t *mix, const int16_t *voice, size_t count, int16_t gain) {
    size_t total = 0;
    for (size_t begin = 0; begin < count; begin += 256) {
        size_t end = count - begin < 256 ? count : begin + 256;
        uint8_t clipped = 0;
        for (size_t i = begin; i < end; i++) {
            int32_t sum = mix[i] + (((int32_t)voice[i] * gain + 2048) >> 12);
            int32_t cut = sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum;
            clipped = (uint8_t)(clipped + (sum != cut));
            mix[i] = (int16_t)cut;
        }
        total += clipped;
    }
    frames_mixed += count;
    return total;
}
/* verdict: refuted: 256 limited samples in one block of 256 are counted as none */
