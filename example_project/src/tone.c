/* tone.c - histograms, equalization and blending of 8-bit images. */
#include "tone.h"

#include <stdlib.h>
#include <string.h>

void histogram_of_image(const struct image *image, struct histogram *histogram)
{
    size_t count = image_size(image);

    memset(histogram, 0, sizeof *histogram);
    for (size_t i = 0; i < count; i++) {
        histogram->counts[image->pixels[i]]++;
    }
}

void image_equalize(const struct image *src, struct image *dst)
{
    struct histogram histogram;
    uint8_t map[256];
    size_t count = image_size(src);

    histogram_of_image(src, &histogram);
    int lowest = 0;
    while (histogram.counts[lowest] == 0) {
        lowest++;
    }
    uint64_t range = count - histogram.counts[lowest];
    uint64_t seen = 0;
    for (int i = 0; i < 256; i++) {
        if (i > lowest) {
            seen += histogram.counts[i];
        }
        /* An image of one grey value stays as it is. */
        map[i] = range > 0 ? (uint8_t)((seen * 255 + range / 2) / range) : (uint8_t)i;
    }
    for (size_t i = 0; i < count; i++) {
        dst->pixels[i] = map[src->pixels[i]];
    }
}

void joint_histogram_fill(struct joint_histogram *joint, const struct image *a,
                          const struct image *b, int dx, int dy)
{
    memset(joint, 0, sizeof *joint);
    for (int y = 0; y < a->height; y++) {
        if (y + dy < 0 || y + dy >= b->height) {
            continue;
        }
        const uint8_t *row_a = image_row(a, y);
        const uint8_t *row_b = image_row(b, y + dy);
        for (int x = 0; x < a->width; x++) {
            if (x + dx >= 0 && x + dx < b->width) {
                joint->counts[row_a[x] / 4][row_b[x + dx] / 4]++;
                joint->total++;
            }
        }
    }
}

double joint_histogram_energy(const struct joint_histogram *joint)
{
    uint64_t sum = 0;

    if (joint->total == 0) {
        return 0.0;
    }
    for (int i = 0; i < JOINT_BINS; i++) {
        for (int j = 0; j < JOINT_BINS; j++) {
            sum += (uint64_t)joint->counts[i][j] * joint->counts[i][j];
        }
    }
    return (double)sum / ((double)joint->total * (double)joint->total);
}

/* The weighted mean of the first image and a full-strength result; weight is in 0 .. 256. */
static uint8_t mix_values(int first, int second, int weight)
{
    return (uint8_t)((first * (256 - weight) + second * weight + 128) >> 8);
}

static void mix_rows(const struct image *a, const struct image *b, int weight, struct image *out)
{
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++) {
            image_row(out, y)[x] = mix_values(image_row(a, y)[x], image_row(b, y)[x], weight);
        }
    }
}

static void multiply_rows(const struct image *a, const struct image *b, int weight,
                          struct image *out)
{
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++) {
            int first = image_row(a, y)[x];
            int product = (first * image_row(b, y)[x] + 127) / 255;
            image_row(out, y)[x] = mix_values(first, product, weight);
        }
    }
}

static void screen_rows(const struct image *a, const struct image *b, int weight,
                        struct image *out)
{
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++) {
            int first = image_row(a, y)[x];
            int product = ((255 - first) * (255 - image_row(b, y)[x]) + 127) / 255;
            image_row(out, y)[x] = mix_values(first, 255 - product, weight);
        }
    }
}

static void difference_rows(const struct image *a, const struct image *b, int weight,
                            struct image *out)
{
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++) {
            int first = image_row(a, y)[x];
            int difference = abs(first - image_row(b, y)[x]);
            image_row(out, y)[x] = mix_values(first, difference, weight);
        }
    }
}

static const struct {
    const char *name;
    void (*rows)(const struct image *a, const struct image *b, int weight, struct image *out);
} blend_modes[] = {
    {"mix", mix_rows},
    {"multiply", multiply_rows},
    {"screen", screen_rows},
    {"difference", difference_rows},
};

enum status image_blend(const char *name, int weight, const struct image *a,
                        const struct image *b, struct image *out)
{
    if (weight < 0 || weight > 256 || a->width != b->width || a->height != b->height) {
        return STATUS_RANGE;
    }
    for (size_t i = 0; i < sizeof blend_modes / sizeof blend_modes[0]; i++) {
        if (strcmp(blend_modes[i].name, name) == 0) {
            blend_modes[i].rows(a, b, weight, out);
            return STATUS_OK;
        }
    }
    return STATUS_USAGE;
}
