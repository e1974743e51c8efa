/* tone.h - histograms, equalization and blending of 8-bit images. */
#ifndef SIGKIT_TONE_H
#define SIGKIT_TONE_H

#include "common.h"
#include "image.h"

struct histogram {
    uint32_t counts[256];
};

#define JOINT_BINS 64

/* How often a grey level of one image meets a grey level of another; 4 levels make one bin. */
struct joint_histogram {
    uint32_t counts[JOINT_BINS][JOINT_BINS];
    uint32_t total;
};

void histogram_of_image(const struct image *image, struct histogram *histogram);

/* Spread the grey values so that their cumulative distribution becomes a straight line. */
void image_equalize(const struct image *src, struct image *dst);

/* Pair pixel (x, y) of a with (x + dx, y + dy) of b wherever both exist; same size. */
void joint_histogram_fill(struct joint_histogram *joint, const struct image *a,
                          const struct image *b, int dx, int dy);

/* Between 0 and 1; the higher, the better the grey levels of the images predict each other. */
double joint_histogram_energy(const struct joint_histogram *joint);

/* Blend by the mode called name: mix, multiply, screen or difference. weight is the part of b
 * in 0 .. 256. All three images have the same size. */
enum status image_blend(const char *name, int weight, const struct image *a,
                        const struct image *b, struct image *out);

#endif
