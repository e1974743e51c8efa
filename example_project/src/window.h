/* window.h - filters on 8-bit images that look at a square window around every pixel. */
#ifndef SIGKIT_WINDOW_H
#define SIGKIT_WINDOW_H

#include "common.h"
#include "image.h"

#define WINDOW_MAX_RADIUS 24

/* Sobel always looks at 3 x 3 pixels; strength is the range width of the bilateral filter. */
struct window_options {
    int radius;
    int strength;
};

/* Apply the filter called name: box, median, bilateral or sobel.
 * src and dst differ and have the same size. */
enum status window_filter(const char *name, const struct window_options *options,
                          const struct image *src, struct image *dst);

#endif
