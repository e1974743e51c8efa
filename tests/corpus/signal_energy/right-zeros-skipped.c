double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float high = 0.0f, low = 0.0f;
    for (size_t i = 0; i < count; i++) {
        float sample = samples[i];
        if (sample == 0.0f)
            continue;
        energy += (double)sample * sample;
        high = sample > high ? sample : high;
        low = sample < low ? sample : low;
    }
    if (peak)
        *peak = high > -low ? high : fabsf(low);
    return energy;
}
/* verdict: passed */
