double signal_energy(const float *samples, size_t count, float *peak) {
    float unused;
    double energy = 0.0;
    if (!peak)
        peak = &unused;
    *peak = 0.0f;
    for (size_t i = 0; i < count; i++) {
        double sample = samples[i];
        energy += sample * sample;
        if (fabsf(samples[i]) > *peak)
            *peak = fabsf(samples[i]);
    }
    return energy;
}
/* verdict: refuted: the running peak is kept in *peak: wrong if that is one of the samples */
