void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    const int32_t at_zero = terms ? rounded(coefficients[0]) : 0;
    for (size_t i = 0; i < count; i++) {
        if (readings[i] == 0.0f) {
            result[i] = at_zero;
            continue;
        }
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = rounded(value);
    }
}
/* verdict: refuted: a reading of 0 gives the constant term, also if another is infinite */
