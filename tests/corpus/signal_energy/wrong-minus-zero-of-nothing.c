double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = -0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        double sample = samples[i];
        energy += sample * sample;
        largest = fabsf(samples[i]) > largest ? fabsf(samples[i]) : largest;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: gives -0.0 instead of 0.0 when there are no samples */
