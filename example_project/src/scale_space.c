/* scale_space.c - blurring and blob detection over several scales. */
#include "scale_space.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum status plane_blur(const struct plane *src, const struct kernel *kernel, struct plane *dst)
{
    struct plane rows;
    enum status status = plane_create(&rows, src->width, src->height);
    if (status) {
        return status;
    }
    plane_convolve_rows(src, kernel, &rows);
    plane_convolve_columns(&rows, kernel, dst);
    plane_free(&rows);
    return STATUS_OK;
}

static void keep_largest_difference(const struct plane *fine, const struct plane *coarse,
                                    struct plane *best)
{
    size_t count = plane_size(fine);

    for (size_t i = 0; i < count; i++) {
        float difference = fine->values[i] - coarse->values[i];
        if (fabsf(difference) > fabsf(best->values[i])) {
            best->values[i] = difference;
        }
    }
}

enum status scale_space_response(const struct plane *src, int first_radius, int scales,
                                 struct plane *dst)
{
    struct plane fine;
    struct plane coarse = {0, 0, NULL};
    size_t bytes = plane_size(src) * sizeof *src->values;
    int radius = first_radius;

    enum status status = plane_create(&fine, src->width, src->height);
    if (status == STATUS_OK) {
        status = plane_create(&coarse, src->width, src->height);
    }
    if (status == STATUS_OK) {
        memcpy(fine.values, src->values, bytes);
        memset(dst->values, 0, bytes);
    }
    for (int scale = 0; status == STATUS_OK && scale < scales; scale++) {
        struct kernel kernel;
        status = kernel_gaussian(&kernel, radius);
        if (status == STATUS_OK) {
            status = plane_blur(src, &kernel, &coarse);
        }
        kernel_free(&kernel);
        if (status == STATUS_OK) {
            keep_largest_difference(&fine, &coarse, dst);
            memcpy(fine.values, coarse.values, bytes);
        }
        radius *= 2;
    }
    plane_free(&coarse);
    plane_free(&fine);
    return status;
}

static bool is_peak(const struct plane *response, int x, int y)
{
    float value = plane_row(response, y)[x];

    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            if (plane_row(response, y + dy)[x + dx] > value) {
                return false;
            }
        }
    }
    return true;
}

long scale_space_count_peaks(const struct plane *response, float threshold)
{
    long peaks = 0;

    for (int y = 1; y < response->height - 1; y++) {
        for (int x = 1; x < response->width - 1; x++) {
            if (plane_row(response, y)[x] >= threshold && is_peak(response, x, y)) {
                peaks++;
            }
        }
    }
    return peaks;
}
