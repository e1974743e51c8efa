/* geometry.h - resizing, shifting and aligning 8-bit images. */
#ifndef SIGKIT_GEOMETRY_H
#define SIGKIT_GEOMETRY_H

#include "common.h"
#include "image.h"

/* Bilinear; the sizes of src and dst decide about the scale. */
void image_resize(const struct image *src, struct image *dst);

/* dst(x, y) = src(x - dx, y - dy), with the nearest edge pixel outside. */
void image_shift(const struct image *src, int dx, int dy, struct image *dst);

struct alignment {
    int dx;
    int dy;
    double score;
};

/* Find the shift of at most range pixels in each direction that carries a over to b. */
enum status image_align(const struct image *a, const struct image *b, int range,
                        struct alignment *alignment);

#endif
