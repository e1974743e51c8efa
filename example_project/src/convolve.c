/* convolve.c - one-dimensional kernels applied along rows or columns of float planes. */
#include "convolve.h"

#include <math.h>
#include <stdlib.h>

static enum status kernel_create(struct kernel *kernel, int radius)
{
    kernel->radius = 0;
    kernel->taps = NULL;
    if (radius < 0 || radius > KERNEL_MAX_RADIUS) {
        return STATUS_RANGE;
    }
    kernel->taps = calloc((size_t)(2 * radius + 1), sizeof *kernel->taps);
    if (!kernel->taps) {
        return STATUS_MEMORY;
    }
    kernel->radius = radius;
    return STATUS_OK;
}

enum status kernel_gaussian(struct kernel *kernel, int radius)
{
    enum status status = kernel_create(kernel, radius);
    if (status) {
        return status;
    }
    /* The radius covers 2.5 standard deviations; radius 0 is the identity. */
    double sigma = radius > 0 ? radius / 2.5 : 1.0;
    double sum = 0.0;
    for (int i = -radius; i <= radius; i++) {
        sum += exp(-0.5 * i * i / (sigma * sigma));
    }
    for (int i = -radius; i <= radius; i++) {
        kernel->taps[i + radius] = (float)(exp(-0.5 * i * i / (sigma * sigma)) / sum);
    }
    return STATUS_OK;
}

enum status kernel_box(struct kernel *kernel, int radius)
{
    enum status status = kernel_create(kernel, radius);
    if (status) {
        return status;
    }
    for (int i = 0; i < 2 * radius + 1; i++) {
        kernel->taps[i] = 1.0f / (float)(2 * radius + 1);
    }
    return STATUS_OK;
}

void kernel_free(struct kernel *kernel)
{
    free(kernel->taps);
    kernel->taps = NULL;
    kernel->radius = 0;
}

void plane_convolve_rows(const struct plane *src, const struct kernel *kernel, struct plane *dst)
{
    int radius = kernel->radius;

    for (int y = 0; y < src->height; y++) {
        const float *in = plane_row(src, y);
        float *out = plane_row(dst, y);
        for (int x = 0; x < src->width; x++) {
            float sum = 0.0f;
            for (int i = -radius; i <= radius; i++) {
                int position = clamp_int(x + i, 0, src->width - 1);
                sum += kernel->taps[i + radius] * in[position];
            }
            out[x] = sum;
        }
    }
}

void plane_convolve_columns(const struct plane *src, const struct kernel *kernel,
                            struct plane *dst)
{
    int radius = kernel->radius;

    for (int y = 0; y < src->height; y++) {
        float *out = plane_row(dst, y);
        for (int x = 0; x < src->width; x++) {
            float sum = 0.0f;
            for (int i = -radius; i <= radius; i++) {
                int position = clamp_int(y + i, 0, src->height - 1);
                sum += kernel->taps[i + radius] * plane_row(src, position)[x];
            }
            out[x] = sum;
        }
    }
}
