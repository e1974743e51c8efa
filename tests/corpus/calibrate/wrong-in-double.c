void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        const double reading = readings[i];
        double value = 0.0;
        for (size_t t = terms; t-- > 0;)
            value = value * reading + coefficients[t];
        result[i] = rounded((float)value);
    }
}
/* verdict: refuted: evaluates in double: a result near a half goes the other way */
