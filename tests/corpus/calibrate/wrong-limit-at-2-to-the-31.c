/* helpers: nearest */
static int32_t nearest(float value) {
    if (value != value)
        return 0;
    if (value > (float)INT32_MAX)
        return INT32_MAX;
    if (value < (float)INT32_MIN)
        return INT32_MIN;
    double half = value < 0.0f ? -0.5 : 0.5;
    return (int32_t)(value + half);
}

void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = nearest(value);
    }
}
/* verdict: refuted: 2147483648.0 itself is converted, which is undefined */
