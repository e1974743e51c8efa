double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count; i++) {
        float square = samples[i] * samples[i], size = fabsf(samples[i]);
        energy += (double)square;
        if (size > largest)
            largest = size;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: squares are rounded to float: wrong for samples of more than 12 bits */
