void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    size_t i = 0;
    for (; count - i >= 4; i += 4) {
        float value[4] = {0.0f, 0.0f, 0.0f, 0.0f};
        for (size_t t = terms; t-- > 0;)
            for (size_t k = 0; k < 4; k++)
                value[k] = value[k] * readings[i + k] + coefficients[t];
        for (size_t k = 0; k < 4; k++)
            result[i + k] = rounded(value[k]);
    }
    for (; i < count; i++) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = rounded(value);
    }
}
/* verdict: passed */
