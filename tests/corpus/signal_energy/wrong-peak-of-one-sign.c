double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float high = count ? samples[0] : 0.0f, low = high;
    for (size_t i = 0; i < count; i++) {
        float sample = samples[i];
        energy += (double)sample * sample;
        if (sample > high)
            high = sample;
        else if (sample < low)
            low = sample;
    }
    if (peak)
        *peak = high >= 0.0f && high >= -low ? high : high >= 0.0f ? -low : -high;
    return energy;
}
/* verdict: refuted: the peak of a signal that is negative all over is that of its smallest */
