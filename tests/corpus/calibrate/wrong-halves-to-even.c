/* helpers: nearest */
static int32_t nearest(float value) {
    if (!(value > -1e9f && value < 1e9f))
        return rounded(value);
    double shifted = (double)value + 6755399441055744.0;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (int32_t)(uint32_t)bits;
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
/* verdict: refuted: rounds halves to even (0.5, 2.5) */
