double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, samples + i, sizeof bits);
        bits &= 0x7fffffffu;
        if (bits > largest && bits <= 0x7f800000u)
            largest = bits;
        double sample = samples[i];
        energy += sample * sample;
    }
    if (peak)
        memcpy(peak, &largest, sizeof *peak);
    return energy;
}
/* verdict: passed */
