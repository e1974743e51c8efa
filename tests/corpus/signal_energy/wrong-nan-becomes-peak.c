double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        float size = fabsf(samples[i]);
        energy += (double)samples[i] * samples[i];
        largest = largest >= size ? largest : size;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: the comparison is turned round: a NaN counts for the peak */
