/* From the readings of a converter to calibrated integers. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* To the nearest integer, halves away from zero; no number gives 0, what is too large the limit. */
static int32_t rounded(float value) {
    if (value != value)
        return 0;
    if (value >= 2147483648.0f)
        return INT32_MAX;
    if (value <= -2147483648.0f)
        return INT32_MIN;
    return (int32_t)(value < 0.0f ? (double)value - 0.5 : (double)value + 0.5);
}

/* Whether readings are to be calibrated at all: for tests of the converter itself they are not. */
int calibration_wanted(void) {
    const char *raw = getenv("CONVERTER_RAW");
    return !raw || !*raw;
}

/*
 * Evaluates the polynomial of the given coefficients, the constant one first, for each reading, in
 * single precision after Horner's scheme, and rounds the result. Without terms it is zero.
 */
void calibrate(int32_t *result, const float *readings, size_t count, const float *coefficients,
               size_t terms) {
    for (size_t i = 0; i < count; i++) {
        float value = 0.0f;
        for (size_t t = terms; t-- > 0;)
            value = value * readings[i] + coefficients[t];
        result[i] = rounded(value);
    }
}

/* One reading, as a display shows it. */
int32_t calibrated(float reading, const float *coefficients, size_t terms) {
    int32_t result = rounded(reading);
    if (calibration_wanted())
        calibrate(&result, &reading, 1, coefficients, terms);
    return result;
}
