double signal_energy(const float *restrict samples, size_t count, float *restrict peak) {
    double energy = 0.0;
    float largest = 0.0f, unused;
    float *const highest = peak ? peak : &unused;
    *highest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        double sample = samples[i];
        energy += sample * sample;
        largest = fabsf(samples[i]) > largest ? fabsf(samples[i]) : largest;
        *highest = largest;
    }
    return energy;
}
/* verdict: refuted: promises that peak is none of the samples */
