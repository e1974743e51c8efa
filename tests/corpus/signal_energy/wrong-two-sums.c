double signal_energy(const float *samples, size_t count, float *peak) {
    double even = 0.0, odd = 0.0;
    float largest = 0.0f;
    size_t i = 0;
    for (; i + 2 <= count; i += 2) {
        float a = fabsf(samples[i]), b = fabsf(samples[i + 1]);
        even += (double)a * a;
        odd += (double)b * b;
        largest = a > largest ? a : largest;
        largest = b > largest ? b : largest;
    }
    if (i < count) {
        float a = fabsf(samples[i]);
        even += (double)a * a;
        largest = a > largest ? a : largest;
    }
    if (peak)
        *peak = largest;
    return even + odd;
}
/* verdict: refuted: two sums, added at the end: other rounding */
