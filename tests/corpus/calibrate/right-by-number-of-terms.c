/* helpers: cubic */
static float cubic(float x, const float *c) {
    float value = 0.0f * x + c[3];
    value = value * x + c[2];
    value = value * x + c[1];
    return value * x + c[0];
}

void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    switch (terms) {
    case 0:
        if (count)
            memset(result, 0, count * sizeof *result);
        return;
    case 4:
        for (size_t i = 0; i < count; i++)
            result[i] = rounded(cubic(readings[i], coefficients));
        return;
    default:
        for (size_t i = 0; i < count; i++) {
            float value = 0.0f;
            for (size_t t = terms; t-- > 0;)
                value = value * readings[i] + coefficients[t];
            result[i] = rounded(value);
        }
    }
}
/* verdict: passed */
