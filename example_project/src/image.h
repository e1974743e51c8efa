/* image.h - 8-bit grey images, float planes and PNM files. */
#ifndef SIGKIT_IMAGE_H
#define SIGKIT_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "common.h"

#define IMAGE_MAX_SIDE 16384

/* Pixels are stored row by row without padding. */
struct image {
    int width;
    int height;
    uint8_t *pixels;
};

/* The same layout with float values, for intermediate results. */
struct plane {
    int width;
    int height;
    float *values;
};

enum status image_create(struct image *image, int width, int height);
void image_free(struct image *image);
enum status plane_create(struct plane *plane, int width, int height);
void plane_free(struct plane *plane);

static inline size_t image_size(const struct image *image)
{
    return (size_t)image->width * (size_t)image->height;
}

static inline size_t plane_size(const struct plane *plane)
{
    return (size_t)plane->width * (size_t)plane->height;
}

static inline uint8_t *image_row(const struct image *image, int y)
{
    return image->pixels + (size_t)y * (size_t)image->width;
}

static inline float *plane_row(const struct plane *plane, int y)
{
    return plane->values + (size_t)y * (size_t)plane->width;
}

/* The nearest pixel of the image for a position that may lie outside. */
static inline uint8_t image_at(const struct image *image, int x, int y)
{
    x = clamp_int(x, 0, image->width - 1);
    y = clamp_int(y, 0, image->height - 1);
    return image_row(image, y)[x];
}

/* Convert between the two kinds; both must have the same size. */
void plane_from_image(const struct image *image, struct plane *plane);
void image_from_plane(const struct plane *plane, struct image *image);

/* Read a binary PGM (P5) or PPM (P6, converted to grey); write a binary PGM. */
enum status image_read(struct image *image, const char *path);
enum status image_write(const struct image *image, const char *path);

#endif
