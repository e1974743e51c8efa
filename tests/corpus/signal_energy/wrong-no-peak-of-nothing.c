double signal_energy(const float *samples, size_t count, float *peak) {
    if (count == 0)
        return 0.0;
    double energy = 0.0;
    float largest = 0.0f;
    do {
        float size = fabsf(*samples);
        energy += (double)*samples * *samples;
        if (size > largest)
            largest = size;
        samples++;
    } while (--count);
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: without samples, peak is not written */
