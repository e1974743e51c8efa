/* spectrum.c - cosine transform of the frames of a signal. */
#include "spectrum.h"

#include <math.h>

#define PI 3.14159265358979323846

enum status dct_basis(struct matrix *basis, int length)
{
    enum status status = matrix_create(basis, length, length);
    if (status) {
        return status;
    }
    for (int i = 0; i < length; i++) {
        for (int k = 0; k < length; k++) {
            double scale = sqrt((k == 0 ? 1.0 : 2.0) / length);
            double angle = PI / length * (i + 0.5) * k;
            /* Rounded to float, so that the last bit of cos makes no difference. */
            matrix_row(basis, i)[k] = (double)(float)(scale * cos(angle));
        }
    }
    return STATUS_OK;
}

static enum status split_frames(const struct signal *signal, int length, struct matrix *frames)
{
    enum status status = matrix_create(frames, (int)(signal->count / (size_t)length), length);
    if (status) {
        return status;
    }
    const float *in = signal->samples;
    for (int frame = 0; frame < frames->rows; frame++) {
        for (int i = 0; i < length; i++) {
            matrix_row(frames, frame)[i] = *in++;
        }
    }
    return STATUS_OK;
}

enum status signal_spectrum(const struct signal *signal, int length, struct matrix *spectrum)
{
    struct matrix frames;
    struct matrix basis = {0, 0, NULL};

    *spectrum = (struct matrix){0, 0, NULL};
    if (length < 1 || length > FRAME_MAX_LENGTH) {
        return STATUS_RANGE;
    }
    enum status status = split_frames(signal, length, &frames);
    if (status == STATUS_OK) {
        status = dct_basis(&basis, length);
    }
    if (status == STATUS_OK) {
        status = matrix_create(spectrum, frames.rows, length);
    }
    if (status == STATUS_OK) {
        status = matrix_multiply(&frames, &basis, spectrum);
    }
    matrix_free(&basis);
    matrix_free(&frames);
    return status;
}

void spectrum_powers(const struct matrix *spectrum, double *powers)
{
    for (int k = 0; k < spectrum->columns; k++) {
        powers[k] = 0.0;
    }
    for (int i = 0; i < spectrum->rows; i++) {
        const double *row = matrix_row(spectrum, i);
        for (int k = 0; k < spectrum->columns; k++) {
            powers[k] += row[k] * row[k];
        }
    }
    for (int k = 0; k < spectrum->columns; k++) {
        powers[k] /= spectrum->rows;
    }
}
