double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    size_t i = 0;
    for (; count - i >= 4; i += 4) {
        double squares[4];
        for (int k = 0; k < 4; k++) {
            float size = fabsf(samples[i + k]);
            squares[k] = (double)samples[i + k] * (double)samples[i + k];
            largest = size > largest ? size : largest;
        }
        energy = (((energy + squares[0]) + squares[1]) + squares[2]) + squares[3];
    }
    for (; i < count; i++) {
        float size = fabsf(samples[i]);
        energy += (double)samples[i] * (double)samples[i];
        largest = size > largest ? size : largest;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: passed */
