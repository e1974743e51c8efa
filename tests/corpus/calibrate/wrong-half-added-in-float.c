/* helpers: nearest */
static int32_t nearest(float value) {
    if (value > -8388608.0f && value < 16777216.0f)
        return (int32_t)(value < 0.0f ? value - 0.5f : value + 0.5f);
    return rounded(value);
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
/* verdict: refuted: the half is added in float: 0.49999997 and odd numbers above 2^23 */
