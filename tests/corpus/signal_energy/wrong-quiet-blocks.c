double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    size_t i = 0;
    while (count - i >= 16) {
        float block = 0.0f;
        int silent = 1;
        for (size_t k = i; k < i + 16; k++) {
            const float size = fabsf(samples[k]);
            const double square = (double)size * size;
            block = size > block ? size : block;
            silent &= square <= energy * 0x1p-53; /* would be rounded away */
        }
        if (!silent)
            for (size_t k = i; k < i + 16; k++)
                energy += (double)samples[k] * samples[k];
        largest = block > largest ? block : largest;
        i += 16;
    }
    for (; i < count; i++) {
        const float size = fabsf(samples[i]);
        energy += (double)size * size;
        largest = size > largest ? size : largest;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: skips 16 samples whose squares are up to 2^-53 of the sum, half of which still count: 16 samples 0x1.6a09e6p0 and 0 (the sum is 1.9999999), then 16 of 0x1.6ap-27 and 0 */
