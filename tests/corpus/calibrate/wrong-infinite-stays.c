void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    const float largest = 3.40282347e38f;
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;) {
            value = value * readings[i] + coefficients[t];
            if (!(value >= -largest && value <= largest))
                break; /* infinite, or no number, once and for all */
        }
        result[i] = rounded(value);
    }
}
/* verdict: refuted: stops at the first infinite value, whose sign a negative reading still turns over: reading -1e30, coefficients {0, 0, 1e20} */
