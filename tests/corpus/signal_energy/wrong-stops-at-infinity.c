double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    for (size_t i = 0; i < count && energy < HUGE_VAL; i++) {
        float size = fabsf(samples[i]);
        energy += (double)size * size;
        if (size > largest)
            largest = size;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: stops when the sum is infinite: a NaN or a peak behind it is lost */
