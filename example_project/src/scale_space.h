/* scale_space.h - blurring and blob detection over several scales. */
#ifndef SIGKIT_SCALE_SPACE_H
#define SIGKIT_SCALE_SPACE_H

#include "common.h"
#include "convolve.h"
#include "image.h"

/* Convolve along rows and columns with the same kernel. */
enum status plane_blur(const struct plane *src, const struct kernel *kernel, struct plane *dst);

/* For every pixel the difference of neighbouring Gaussian scales that is largest in amount.
 * The scales have the radius first_radius, 2 * first_radius, ... */
enum status scale_space_response(const struct plane *src, int first_radius, int scales,
                                 struct plane *dst);

/* The number of pixels with a response of at least the threshold that no neighbour exceeds. */
long scale_space_count_peaks(const struct plane *response, float threshold);

#endif
