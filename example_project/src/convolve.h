/* convolve.h - one-dimensional kernels applied along rows or columns of float planes. */
#ifndef SIGKIT_CONVOLVE_H
#define SIGKIT_CONVOLVE_H

#include "common.h"
#include "image.h"

#define KERNEL_MAX_RADIUS 256

/* 2 * radius + 1 taps with the centre at taps[radius]. */
struct kernel {
    int radius;
    float *taps;
};

enum status kernel_gaussian(struct kernel *kernel, int radius);
enum status kernel_box(struct kernel *kernel, int radius);
void kernel_free(struct kernel *kernel);

/* Outside the plane the nearest edge value counts. src and dst differ and have the same size. */
void plane_convolve_rows(const struct plane *src, const struct kernel *kernel, struct plane *dst);
void plane_convolve_columns(const struct plane *src, const struct kernel *kernel,
                            struct plane *dst);

#endif
