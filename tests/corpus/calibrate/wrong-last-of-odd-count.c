void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    if (count == 1) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * *readings + coefficients[t];
        *result = rounded(value);
        return;
    }
    for (size_t i = 0; i < count; i += 2) {
        const float x = readings[i], y = readings[i + 1 < count ? i + 1 : i];
        float u = 0.0f, v = 0.0f;
        for (size_t t = terms; t-- > 0;) {
            u = u * x + coefficients[t];
            v = v * y + coefficients[t];
        }
        result[i] = rounded(u);
        result[i + 1] = rounded(v);
    }
}
/* verdict: refuted: two at once: the last of an odd number is stored twice, behind the end */
