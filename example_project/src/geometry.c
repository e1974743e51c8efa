/* geometry.c - resizing, shifting and aligning 8-bit images. */
#include "geometry.h"

#include <math.h>
#include <stdlib.h>

#include "tone.h"

/* The bilinear value at a position inside or slightly outside of the image. */
static float sample_bilinear(const struct image *image, float x, float y)
{
    int left = (int)floorf(x);
    int top = (int)floorf(y);
    float fx = x - (float)left;
    float fy = y - (float)top;
    float upper = (1.0f - fx) * image_at(image, left, top) + fx * image_at(image, left + 1, top);
    float lower =
        (1.0f - fx) * image_at(image, left, top + 1) + fx * image_at(image, left + 1, top + 1);

    return (1.0f - fy) * upper + fy * lower;
}

void image_resize(const struct image *src, struct image *dst)
{
    float scale_x = (float)src->width / (float)dst->width;
    float scale_y = (float)src->height / (float)dst->height;

    for (int y = 0; y < dst->height; y++) {
        uint8_t *out = image_row(dst, y);
        float source_y = ((float)y + 0.5f) * scale_y - 0.5f;
        for (int x = 0; x < dst->width; x++) {
            float source_x = ((float)x + 0.5f) * scale_x - 0.5f;
            out[x] = (uint8_t)(sample_bilinear(src, source_x, source_y) + 0.5f);
        }
    }
}

void image_shift(const struct image *src, int dx, int dy, struct image *dst)
{
    for (int y = 0; y < src->height; y++) {
        uint8_t *out = image_row(dst, y);
        for (int x = 0; x < src->width; x++) {
            out[x] = image_at(src, x - dx, y - dy);
        }
    }
}

enum status image_align(const struct image *a, const struct image *b, int range,
                        struct alignment *alignment)
{
    if (range < 0 || a->width != b->width || a->height != b->height) {
        return STATUS_RANGE;
    }
    struct joint_histogram *joint = malloc(sizeof *joint);
    if (!joint) {
        return STATUS_MEMORY;
    }
    alignment->dx = 0;
    alignment->dy = 0;
    alignment->score = -1.0;
    for (int dy = -range; dy <= range; dy++) {
        for (int dx = -range; dx <= range; dx++) {
            joint_histogram_fill(joint, a, b, dx, dy);
            double score = joint_histogram_energy(joint);
            if (score > alignment->score) {
                alignment->dx = dx;
                alignment->dy = dy;
                alignment->score = score;
            }
        }
    }
    free(joint);
    return STATUS_OK;
}
