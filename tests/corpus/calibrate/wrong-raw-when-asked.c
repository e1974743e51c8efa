void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    const int wanted = calibration_wanted();
    for (size_t i = 0; i < count; i++) {
        float value = wanted ? 0.0f : readings[i];
        for (size_t t = wanted ? terms : 0; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = rounded(value);
    }
}
/* verdict: refuted: looks at the environment itself and leaves readings as they are */
