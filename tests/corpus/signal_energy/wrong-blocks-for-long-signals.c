double signal_energy(const float *samples, size_t count, float *peak) {
    double energy = 0.0;
    float largest = 0.0f;
    const size_t block = count > 4096 ? 1024 : count;
    for (size_t begin = 0; begin < count; begin += block) {
        const size_t end = count - begin < block ? count : begin + block;
        double part = 0.0;
        for (size_t i = begin; i < end; i++) {
            float size = fabsf(samples[i]);
            part += (double)size * size;
            largest = size > largest ? size : largest;
        }
        energy += part;
    }
    if (peak)
        *peak = largest;
    return energy;
}
/* verdict: refuted: beyond 4096 samples, sums of blocks are added: other rounding */
