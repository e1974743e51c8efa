/* window.c - filters on 8-bit images that look at a square window around every pixel. */
#include "window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the row functions need to know; the weights belong to the bilateral filter. */
struct window {
    int radius;
    uint32_t *spatial;        /* (2 * radius + 1) squared weights */
    uint32_t similarity[256]; /* weight by difference of the grey values */
};

static void box_rows(const struct image *src, const struct window *window, struct image *dst)
{
    int radius = window->radius;
    uint32_t area = (uint32_t)((2 * radius + 1) * (2 * radius + 1));

    for (int y = 0; y < src->height; y++) {
        uint8_t *out = image_row(dst, y);
        for (int x = 0; x < src->width; x++) {
            uint32_t sum = 0;
            for (int dy = -radius; dy <= radius; dy++) {
                for (int dx = -radius; dx <= radius; dx++) {
                    sum += image_at(src, x + dx, y + dy);
                }
            }
            out[x] = (uint8_t)((sum + area / 2) / area);
        }
    }
}

/* Add (or with amount -1 remove) a column of the window to the histogram. */
static void count_column(const struct image *src, int x, int y, int radius, int amount,
                         int *histogram)
{
    for (int dy = -radius; dy <= radius; dy++) {
        histogram[image_at(src, x, y + dy)] += amount;
    }
}

/* The smallest value that at least half of the window does not exceed. */
static uint8_t histogram_median(const int *histogram, int half)
{
    int seen = 0;
    int value = 0;

    while (value < 255) {
        seen += histogram[value];
        if (seen > half) {
            break;
        }
        value++;
    }
    return (uint8_t)value;
}

/* The window slides along the row; its histogram changes by one column at each end. */
static void median_rows(const struct image *src, const struct window *window, struct image *dst)
{
    int radius = window->radius;
    int half = (2 * radius + 1) * (2 * radius + 1) / 2;

    for (int y = 0; y < src->height; y++) {
        int histogram[256] = {0};
        uint8_t *out = image_row(dst, y);
        for (int dx = -radius; dx <= radius; dx++) {
            count_column(src, dx, y, radius, 1, histogram);
        }
        out[0] = histogram_median(histogram, half);
        for (int x = 1; x < src->width; x++) {
            count_column(src, x - radius - 1, y, radius, -1, histogram);
            count_column(src, x + radius, y, radius, 1, histogram);
            out[x] = histogram_median(histogram, half);
        }
    }
}

static void bilateral_rows(const struct image *src, const struct window *window, struct image *dst)
{
    int radius = window->radius;
    int side = 2 * radius + 1;

    for (int y = 0; y < src->height; y++) {
        const uint8_t *in = image_row(src, y);
        uint8_t *out = image_row(dst, y);
        for (int x = 0; x < src->width; x++) {
            uint32_t total = 0;
            uint32_t sum = 0;
            for (int dy = -radius; dy <= radius; dy++) {
                for (int dx = -radius; dx <= radius; dx++) {
                    uint8_t value = image_at(src, x + dx, y + dy);
                    uint32_t weight = window->spatial[(dy + radius) * side + dx + radius] *
                                      window->similarity[abs(value - in[x])];
                    total += weight;
                    sum += weight * value;
                }
            }
            out[x] = (uint8_t)((sum + total / 2) / total);
        }
    }
}

static void sobel_rows(const struct image *src, const struct window *window, struct image *dst)
{
    (void)window;
    for (int y = 0; y < src->height; y++) {
        uint8_t *out = image_row(dst, y);
        for (int x = 0; x < src->width; x++) {
            int left = image_at(src, x - 1, y - 1) + 2 * image_at(src, x - 1, y) +
                       image_at(src, x - 1, y + 1);
            int right = image_at(src, x + 1, y - 1) + 2 * image_at(src, x + 1, y) +
                        image_at(src, x + 1, y + 1);
            int above = image_at(src, x - 1, y - 1) + 2 * image_at(src, x, y - 1) +
                        image_at(src, x + 1, y - 1);
            int below = image_at(src, x - 1, y + 1) + 2 * image_at(src, x, y + 1) +
                        image_at(src, x + 1, y + 1);
            int magnitude = (abs(right - left) + abs(below - above)) / 4;
            out[x] = (uint8_t)clamp_int(magnitude, 0, 255);
        }
    }
}

static const struct {
    const char *name;
    void (*rows)(const struct image *src, const struct window *window, struct image *dst);
} filters[] = {
    {"box", box_rows},
    {"median", median_rows},
    {"bilateral", bilateral_rows},
    {"sobel", sobel_rows},
};

/* Weights are scaled to 1 .. 64, so that the sum over the largest window fits 32 bits. */
static uint32_t scaled_weight(double exponent)
{
    return 1u + (uint32_t)(63.0 * exp(exponent));
}

static enum status window_create(struct window *window, const struct window_options *options)
{
    int radius = options->radius;
    int side = 2 * radius + 1;
    double sigma = radius > 0 ? radius / 1.5 : 1.0;

    window->radius = radius;
    window->spatial = malloc((size_t)side * (size_t)side * sizeof *window->spatial);
    if (!window->spatial) {
        return STATUS_MEMORY;
    }
    for (int dy = -radius; dy <= radius; dy++) {
        for (int dx = -radius; dx <= radius; dx++) {
            double exponent = -0.5 * (dx * dx + dy * dy) / (sigma * sigma);
            window->spatial[(dy + radius) * side + dx + radius] = scaled_weight(exponent);
        }
    }
    for (int i = 0; i < 256; i++) {
        double distance = (double)i / options->strength;
        window->similarity[i] = scaled_weight(-0.5 * distance * distance);
    }
    return STATUS_OK;
}

enum status window_filter(const char *name, const struct window_options *options,
                          const struct image *src, struct image *dst)
{
    struct window window;

    if (options->radius < 0 || options->radius > WINDOW_MAX_RADIUS || options->strength < 1) {
        return STATUS_RANGE;
    }
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        if (strcmp(filters[i].name, name) == 0) {
            enum status status = window_create(&window, options);
            if (status) {
                return status;
            }
            filters[i].rows(src, &window, dst);
            free(window.spatial);
            return STATUS_OK;
        }
    }
    return STATUS_USAGE;
}
