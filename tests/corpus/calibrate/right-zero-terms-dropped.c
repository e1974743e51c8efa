void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    while (terms > 0 && coefficients[terms - 1] == 0.0f)
        terms--;
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = rounded(value);
    }
}
/* verdict: passed */
