void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        const float reading = readings[i];
        if (i > 0 && reading == readings[i - 1]) {
            result[i] = result[i - 1];
            continue;
        }
        float value = 0.0f;
        for (const float *c = coefficients + terms; c != coefficients;)
            value = value * reading + *--c;
        result[i] = rounded(value);
    }
}
/* verdict: passed */
