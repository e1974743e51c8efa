/* signal.c - float signals: storage, FIR filters and linear prediction. */
#include "signal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "matrix.h"

#define PI 3.14159265358979323846

enum status signal_create(struct signal *signal, size_t count)
{
    signal->count = 0;
    signal->samples = NULL;
    if (count < 1 || count > SIGNAL_MAX_SAMPLES) {
        return STATUS_RANGE;
    }
    signal->samples = calloc(count, sizeof *signal->samples);
    if (!signal->samples) {
        return STATUS_MEMORY;
    }
    signal->count = count;
    return STATUS_OK;
}

void signal_free(struct signal *signal)
{
    free(signal->samples);
    signal->samples = NULL;
    signal->count = 0;
}

/* A sample takes at least two bytes: a digit and a line end. */
static enum status signal_parse(struct signal *signal, const struct buffer *file)
{
    const char *at = file->data;
    size_t count = 0;

    enum status status = signal_create(signal, file->length / 2 + 1);
    if (status) {
        return status;
    }
    for (;;) {
        char *end;
        float value = strtof(at, &end);
        if (end == at) {
            break;
        }
        if (!isfinite(value) || *end != '\n' || count == signal->count) {
            signal_free(signal);
            return STATUS_FORMAT;
        }
        signal->samples[count++] = value;
        at = end + 1;
    }
    if (count == 0 || at != file->data + file->length) {
        signal_free(signal);
        return STATUS_FORMAT;
    }
    signal->count = count;
    return STATUS_OK;
}

enum status signal_read(struct signal *signal, const char *path)
{
    struct buffer file;

    buffer_init(&file);
    enum status status = buffer_read_file(&file, path);
    if (status == STATUS_OK) {
        status = signal_parse(signal, &file);
    }
    buffer_free(&file);
    return status;
}

enum status signal_write(const struct signal *signal, const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file) {
        return STATUS_IO;
    }
    int failed = 0;
    for (size_t i = 0; i < signal->count; i++) {
        /* Nine digits are enough to read the same float back. */
        if (fprintf(file, "%.9g\n", (double)signal->samples[i]) < 0) {
            failed = 1;
        }
    }
    if (fclose(file) != 0) {
        failed = 1;
    }
    return failed ? STATUS_IO : STATUS_OK;
}

/* The ideal low-pass response at a distance from the centre, times a Hamming window. */
static double lowpass_tap(double distance, double half_width, double cutoff)
{
    double window = half_width > 0.0 ? 0.54 + 0.46 * cos(PI * distance / half_width) : 1.0;

    if (fabs(distance) < 1e-9) {
        return 2.0 * cutoff * window;
    }
    return sin(2.0 * PI * cutoff * distance) / (PI * distance) * window;
}

enum status fir_design_lowpass(struct signal *taps, size_t count, double cutoff)
{
    if (count > FIR_MAX_TAPS || !(cutoff > 0.0 && cutoff <= 0.5)) {
        return STATUS_RANGE;
    }
    enum status status = signal_create(taps, count);
    if (status) {
        return status;
    }
    double centre = (double)(count - 1) / 2.0;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += lowpass_tap((double)i - centre, centre, cutoff);
    }
    for (size_t i = 0; i < count; i++) {
        taps->samples[i] = (float)(lowpass_tap((double)i - centre, centre, cutoff) / sum);
    }
    return STATUS_OK;
}

void fir_apply(const struct signal *taps, const struct signal *in, struct signal *out)
{
    for (size_t i = 0; i < in->count; i++) {
        float sum = 0.0f;
        for (size_t k = 0; k < taps->count && k <= i; k++) {
            sum += taps->samples[k] * in->samples[i - k];
        }
        out->samples[i] = sum;
    }
}

void signal_autocorrelate(const struct signal *signal, double *result, size_t lags)
{
    for (size_t lag = 0; lag < lags; lag++) {
        double sum = 0.0;
        for (size_t i = 0; i + lag < signal->count; i++) {
            sum += (double)signal->samples[i] * (double)signal->samples[i + lag];
        }
        result[lag] = sum;
    }
}

/* Solve the normal equations, whose matrix holds the correlation of lag |i - j|. */
static enum status solve_prediction(const double *correlation, int order, double *coefficients)
{
    struct matrix normal;

    enum status status = matrix_create(&normal, order, order);
    if (status) {
        return status;
    }
    for (int i = 0; i < order; i++) {
        for (int j = 0; j < order; j++) {
            matrix_row(&normal, i)[j] = correlation[abs(i - j)];
        }
        coefficients[i] = correlation[i + 1];
    }
    status = matrix_solve_symmetric(&normal, coefficients);
    matrix_free(&normal);
    return status;
}

enum status signal_fit_prediction(const struct signal *signal, int order, double *coefficients)
{
    if (order < 1 || order > PREDICTION_MAX_ORDER) {
        return STATUS_RANGE;
    }
    double *correlation = malloc((size_t)(order + 1) * sizeof *correlation);
    if (!correlation) {
        return STATUS_MEMORY;
    }
    signal_autocorrelate(signal, correlation, (size_t)order + 1);
    /* A little white noise keeps the equations solvable for pure tones. */
    correlation[0] = correlation[0] * (1.0 + 1e-9) + 1e-12;
    enum status status = solve_prediction(correlation, order, coefficients);
    free(correlation);
    return status;
}
