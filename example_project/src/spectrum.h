/* spectrum.h - cosine transform of the frames of a signal. */
#ifndef SIGKIT_SPECTRUM_H
#define SIGKIT_SPECTRUM_H

#include "common.h"
#include "matrix.h"
#include "signal.h"

#define FRAME_MAX_LENGTH 2048

/* The orthonormal DCT-II basis of any length; column k holds the wave of frequency k. */
enum status dct_basis(struct matrix *basis, int length);

/* The DCT of every complete frame, one row per frame; STATUS_RANGE if there is none. */
enum status signal_spectrum(const struct signal *signal, int length, struct matrix *spectrum);

/* powers[k] = mean of the squares in column k. */
void spectrum_powers(const struct matrix *spectrum, double *powers);

#endif
