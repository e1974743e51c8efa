double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        double sample = samples[i];
        float size = fabsf(samples[i]);
        if (size < 1.17549435e-38f)
            continue;
        energy += sample * sample;
        if (size > largest)
            largest = size;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: samples below the smallest normal number count as zero */
