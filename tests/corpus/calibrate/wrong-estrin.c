void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        const float x = readings[i], *c = coefficients;
        float value = 0.0f;
        if (terms == 4)
            value = (c[3] * x + c[2]) * (x * x) + (c[1] * x + c[0]);
        else
            for (size_t t = terms; t-- > 0;)
                value = value * x + c[t];
        result[i] = rounded(value);
    }
}
/* verdict: refuted: four terms after Estrin's scheme: other rounding before the last */
