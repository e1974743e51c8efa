void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    const uint8_t degree = (uint8_t)terms;
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (uint8_t t = degree; t > 0; t--)
            value = value * readings[i] + coefficients[t - 1];
        result[i] = rounded(value);
    }
}
/* verdict: refuted: the number of terms is kept in 8 bits: wrong from 256 terms on */
