/* signal.h - float signals: storage, FIR filters and linear prediction. */
#ifndef SIGKIT_SIGNAL_H
#define SIGKIT_SIGNAL_H

#include <stddef.h>

#include "common.h"

#define SIGNAL_MAX_SAMPLES 100000000
#define FIR_MAX_TAPS 4096
#define PREDICTION_MAX_ORDER 256

struct signal {
    size_t count;
    float *samples;
};

enum status signal_create(struct signal *signal, size_t count);
void signal_free(struct signal *signal);

/* Text files with one sample per line. */
enum status signal_read(struct signal *signal, const char *path);
enum status signal_write(const struct signal *signal, const char *path);

/* A low-pass filter by the window method; cutoff is in cycles per sample, above 0 and up to
 * 0.5. The taps add up to 1. */
enum status fir_design_lowpass(struct signal *taps, size_t count, double cutoff);

/* out[i] = sum over k of taps[k] * in[i - k], with silence before the first sample. */
void fir_apply(const struct signal *taps, const struct signal *in, struct signal *out);

/* result[lag] = sum over i of signal[i] * signal[i + lag] for lag 0 .. lags - 1. */
void signal_autocorrelate(const struct signal *signal, double *result, size_t lags);

/* The coefficients that best predict a sample from the order samples before it. */
enum status signal_fit_prediction(const struct signal *signal, int order, double *coefficients);

#endif
