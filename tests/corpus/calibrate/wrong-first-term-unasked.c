void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        size_t t = terms - (terms > 0);
        float value = coefficients[t];
        while (t > 0)
            value = value * readings[i] + coefficients[--t];
        result[i] = rounded(value);
    }
}
/* verdict: refuted: without terms, the coefficient behind the end is read and used */
