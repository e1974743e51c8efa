double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, samples + i, sizeof bits);
        bits &= 0x7fffffffu;
        largest = bits > largest ? bits : largest;
        energy += (double)samples[i] * samples[i];
    }
    if (peak)
        memcpy(peak, &largest, sizeof *peak);
    return energy;
}
/* verdict: refuted: the bits of a NaN are larger than those of all numbers */
