double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        float size = fabsf(samples[i]);
        if (!(size >= 0.0f))
            continue;
        energy += (double)size * size;
        largest = size > largest ? size : largest;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: samples that are no numbers do not make the sum none */
