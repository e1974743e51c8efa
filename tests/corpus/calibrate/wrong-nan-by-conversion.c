void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        if (value >= 2147483648.0f)
            result[i] = INT32_MAX;
        else if (value <= -2147483648.0f)
            result[i] = INT32_MIN;
        else
            result[i] = (int32_t)((double)value + (rounded(value) < 0 ? -0.5 : 0.5));
    }
}
/* verdict: refuted: a NaN is converted like a number, which is undefined */
