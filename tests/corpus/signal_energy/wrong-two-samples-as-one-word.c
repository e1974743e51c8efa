double signal_energy(const float *samples, size_t count, float *peak) {
    const uint64_t *pairs = (const uint64_t *)(const void *)samples;
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        float sample = samples[i];
        if (i % 2 == 0 && i + 1 < count && (pairs[i / 2] & 0x7fffffff7fffffffu) == 0) {
            i++;
            continue;
        }
        energy += (double)sample * sample;
        largest = fabsf(sample) > largest ? fabsf(sample) : largest;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: reads pairs through uint64_t: misaligned, another type's object */
