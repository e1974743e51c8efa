/* test_filter.c - tests of convolution, scale space and window filters. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "convolve.h"
#include "generate.h"
#include "scale_space.h"
#include "window.h"

static void test_kernels(void)
{
    struct kernel kernel;

    for (int radius = 0; radius <= 40; radius += 8) {
        CHECK(kernel_gaussian(&kernel, radius) == STATUS_OK);
        float sum = 0.0f;
        for (int i = 0; i <= 2 * radius; i++) {
            sum += kernel.taps[i];
            CHECK(kernel.taps[i] == kernel.taps[2 * radius - i]);
            CHECK(kernel.taps[i] <= kernel.taps[radius]);
        }
        CHECK_NEAR(sum, 1.0, 1e-5);
        kernel_free(&kernel);
    }
    CHECK(kernel_box(&kernel, -1) == STATUS_RANGE);
    CHECK(kernel_gaussian(&kernel, KERNEL_MAX_RADIUS + 1) == STATUS_RANGE);
}

static void test_impulse(void)
{
    struct plane src;
    struct plane dst;
    struct kernel kernel;

    CHECK(plane_create(&src, 9, 7) == STATUS_OK);
    CHECK(plane_create(&dst, 9, 7) == STATUS_OK);
    CHECK(kernel_gaussian(&kernel, 2) == STATUS_OK);
    plane_row(&src, 3)[4] = 1.0f;
    plane_convolve_rows(&src, &kernel, &dst);
    for (int x = 0; x < 9; x++) {
        float expected = abs(x - 4) <= 2 ? kernel.taps[x - 4 + 2] : 0.0f;
        CHECK(plane_row(&dst, 3)[x] == expected);
        CHECK(plane_row(&dst, 2)[x] == 0.0f);
    }
    plane_convolve_columns(&src, &kernel, &dst);
    for (int y = 0; y < 7; y++) {
        float expected = abs(y - 3) <= 2 ? kernel.taps[y - 3 + 2] : 0.0f;
        CHECK(plane_row(&dst, y)[4] == expected);
    }
    kernel_free(&kernel);
    plane_free(&dst);
    plane_free(&src);
}

/* A kernel wider than the plane sees the edge values again and again. */
static void test_constant(void)
{
    struct plane src;
    struct plane dst;
    struct kernel kernel;

    CHECK(plane_create(&src, 5, 3) == STATUS_OK);
    CHECK(plane_create(&dst, 5, 3) == STATUS_OK);
    CHECK(kernel_box(&kernel, 20) == STATUS_OK);
    for (size_t i = 0; i < plane_size(&src); i++) {
        src.values[i] = 42.0f;
    }
    CHECK(plane_blur(&src, &kernel, &dst) == STATUS_OK);
    for (size_t i = 0; i < plane_size(&dst); i++) {
        CHECK_NEAR(dst.values[i], 42.0, 1e-3);
    }
    CHECK(scale_space_response(&src, 1, 3, &dst) == STATUS_OK);
    for (size_t i = 0; i < plane_size(&dst); i++) {
        CHECK_NEAR(dst.values[i], 0.0, 1e-3);
    }
    kernel_free(&kernel);
    plane_free(&dst);
    plane_free(&src);
}

static void test_blob(void)
{
    struct plane src;
    struct plane dst;

    CHECK(plane_create(&src, 41, 41) == STATUS_OK);
    CHECK(plane_create(&dst, 41, 41) == STATUS_OK);
    plane_row(&src, 20)[20] = 200.0f;
    CHECK(scale_space_response(&src, 2, 2, &dst) == STATUS_OK);
    CHECK(scale_space_count_peaks(&dst, 20.0f) == 1);
    CHECK(plane_row(&dst, 20)[20] > 100.0f);
    plane_free(&dst);
    plane_free(&src);
}

static int compare_bytes(const void *left, const void *right)
{
    return *(const uint8_t *)left - *(const uint8_t *)right;
}

static uint8_t window_median(const struct image *image, int x, int y, int radius)
{
    uint8_t values[11 * 11];
    size_t count = 0;

    for (int dy = -radius; dy <= radius; dy++) {
        for (int dx = -radius; dx <= radius; dx++) {
            values[count++] = image_at(image, x + dx, y + dy);
        }
    }
    qsort(values, count, 1, compare_bytes);
    return values[count / 2];
}

static void test_median(void)
{
    struct image src;
    struct image dst;

    CHECK(generate_image(&src, 31, 19, 8) == STATUS_OK);
    CHECK(image_create(&dst, 31, 19) == STATUS_OK);
    for (int radius = 0; radius <= 5; radius++) {
        struct window_options options = {radius, 1};
        CHECK(window_filter("median", &options, &src, &dst) == STATUS_OK);
        for (int y = 0; y < 19; y++) {
            for (int x = 0; x < 31; x++) {
                CHECK(image_row(&dst, y)[x] == window_median(&src, x, y, radius));
            }
        }
    }
    image_free(&dst);
    image_free(&src);
}

static void test_bilateral(void)
{
    struct window_options options = {3, 4};
    struct image src;
    struct image dst;

    /* An edge much higher than the strength survives, as does a flat area. */
    CHECK(image_create(&src, 20, 10) == STATUS_OK);
    CHECK(image_create(&dst, 20, 10) == STATUS_OK);
    for (int y = 0; y < 10; y++) {
        for (int x = 0; x < 20; x++) {
            image_row(&src, y)[x] = x < 10 ? 20 : 220;
        }
    }
    CHECK(window_filter("bilateral", &options, &src, &dst) == STATUS_OK);
    for (int y = 0; y < 10; y++) {
        for (int x = 0; x < 20; x++) {
            CHECK_NEAR(image_row(&dst, y)[x], image_row(&src, y)[x], 6);
        }
    }
    /* White pixels and the largest weights do not overflow the sums. */
    options = (struct window_options){WINDOW_MAX_RADIUS, 255};
    memset(src.pixels, 255, image_size(&src));
    CHECK(window_filter("bilateral", &options, &src, &dst) == STATUS_OK);
    CHECK(memcmp(src.pixels, dst.pixels, image_size(&src)) == 0);
    image_free(&dst);
    image_free(&src);
}

static void test_box_and_sobel(void)
{
    uint8_t pixels[9] = {0, 0, 0, 0, 90, 0, 0, 0, 0};
    uint8_t result[9];
    struct image src = {3, 3, pixels};
    struct image dst = {3, 3, result};
    struct window_options options = {1, 1};

    CHECK(window_filter("box", &options, &src, &dst) == STATUS_OK);
    for (int i = 0; i < 9; i++) {
        CHECK(result[i] == 10);
    }
    CHECK(window_filter("sobel", &options, &src, &dst) == STATUS_OK);
    CHECK(result[4] == 0);
    CHECK(result[3] == 45 && result[5] == 45 && result[1] == 45);
    CHECK(window_filter("emboss", &options, &src, &dst) == STATUS_USAGE);
    options.radius = WINDOW_MAX_RADIUS + 1;
    CHECK(window_filter("box", &options, &src, &dst) == STATUS_RANGE);
}

int main(void)
{
    test_kernels();
    test_impulse();
    test_constant();
    test_blob();
    test_median();
    test_bilateral();
    test_box_and_sobel();
    return check_result();
}
