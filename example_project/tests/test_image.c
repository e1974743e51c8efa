/* test_image.c - tests of images, tone and geometry. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "generate.h"
#include "geometry.h"
#include "image.h"
#include "tone.h"

static void write_text(const char *path, const char *text, size_t length)
{
    struct buffer buffer;

    buffer_init(&buffer);
    CHECK(buffer_append(&buffer, text, length) == STATUS_OK);
    CHECK(buffer_write_file(&buffer, path) == STATUS_OK);
    buffer_free(&buffer);
}

static void test_create(void)
{
    struct image image;
    struct plane plane;

    CHECK(image_create(&image, 0, 5) == STATUS_RANGE);
    CHECK(image_create(&image, 5, IMAGE_MAX_SIDE + 1) == STATUS_RANGE);
    CHECK(plane_create(&plane, 5, -1) == STATUS_RANGE);
    CHECK(image_create(&image, 3, 2) == STATUS_OK);
    image_row(&image, 1)[2] = 9;
    CHECK(image.pixels[5] == 9);
    CHECK(image_at(&image, 100, 100) == 9);
    CHECK(image_at(&image, -4, -4) == 0);
    image_free(&image);
}

static void test_plane_conversion(void)
{
    struct image image;
    struct plane plane;

    CHECK(image_create(&image, 2, 2) == STATUS_OK);
    CHECK(plane_create(&plane, 2, 2) == STATUS_OK);
    plane.values[0] = -3.0f;
    plane.values[1] = 300.0f;
    plane.values[2] = 7.4f;
    plane.values[3] = 7.6f;
    image_from_plane(&plane, &image);
    CHECK(image.pixels[0] == 0 && image.pixels[1] == 255);
    CHECK(image.pixels[2] == 7 && image.pixels[3] == 8);
    plane_from_image(&image, &plane);
    CHECK(plane.values[3] == 8.0f);
    plane_free(&plane);
    image_free(&image);
}

static void test_files(void)
{
    static const char path[] = "test_image.pgm";
    static const char colour[] = "P6\n# comment\n2 1\n255\n\xff\xff\xff\x00\x00\xff";
    struct image a;
    struct image b;

    CHECK(generate_image(&a, 37, 21, 5) == STATUS_OK);
    CHECK(image_write(&a, path) == STATUS_OK);
    CHECK(image_read(&b, path) == STATUS_OK);
    CHECK(b.width == 37 && b.height == 21);
    CHECK(memcmp(a.pixels, b.pixels, image_size(&a)) == 0);
    image_free(&a);
    image_free(&b);

    write_text(path, colour, sizeof colour - 1);
    CHECK(image_read(&a, path) == STATUS_OK);
    CHECK(a.width == 2 && a.pixels[0] == 255 && a.pixels[1] == 29);
    image_free(&a);

    CHECK(image_read(&a, "no/such/file.pgm") == STATUS_IO);
    write_text(path, "P5\n4 4\n255\nabc", 14);
    CHECK(image_read(&a, path) == STATUS_FORMAT);
    write_text(path, "P2\n1 1\n255\n0\n", 13);
    CHECK(image_read(&a, path) == STATUS_FORMAT);
    write_text(path, "P5", 2);
    CHECK(image_read(&a, path) == STATUS_FORMAT);
    remove(path);
}

static void test_histogram(void)
{
    struct image image;
    struct image equal;
    struct histogram histogram;
    uint64_t sum = 0;

    CHECK(generate_image(&image, 80, 60, 1) == STATUS_OK);
    CHECK(image_create(&equal, 80, 60) == STATUS_OK);
    histogram_of_image(&image, &histogram);
    for (int i = 0; i < 256; i++) {
        sum += histogram.counts[i];
    }
    CHECK(sum == 80 * 60);

    /* Equalizing keeps the order of the pixels and uses the whole range. */
    image_equalize(&image, &equal);
    uint8_t low = 255;
    uint8_t high = 0;
    for (size_t i = 0; i < image_size(&image); i++) {
        low = equal.pixels[i] < low ? equal.pixels[i] : low;
        high = equal.pixels[i] > high ? equal.pixels[i] : high;
        if (i > 0 && image.pixels[i - 1] <= image.pixels[i]) {
            CHECK(equal.pixels[i - 1] <= equal.pixels[i]);
        }
    }
    CHECK(low == 0 && high == 255);

    memset(image.pixels, 77, image_size(&image));
    image_equalize(&image, &equal);
    CHECK(memcmp(image.pixels, equal.pixels, image_size(&image)) == 0);
    image_free(&equal);
    image_free(&image);
}

static void test_blend(void)
{
    uint8_t pixels_a[4] = {0, 100, 200, 255};
    uint8_t pixels_b[4] = {255, 100, 100, 255};
    uint8_t pixels_out[4];
    struct image a = {4, 1, pixels_a};
    struct image b = {4, 1, pixels_b};
    struct image out = {4, 1, pixels_out};

    CHECK(image_blend("mix", 0, &a, &b, &out) == STATUS_OK);
    CHECK(memcmp(pixels_out, pixels_a, 4) == 0);
    CHECK(image_blend("mix", 256, &a, &b, &out) == STATUS_OK);
    CHECK(memcmp(pixels_out, pixels_b, 4) == 0);
    CHECK(image_blend("mix", 128, &a, &b, &out) == STATUS_OK);
    CHECK(pixels_out[0] == 128 && pixels_out[2] == 150);
    CHECK(image_blend("multiply", 256, &a, &b, &out) == STATUS_OK);
    CHECK(pixels_out[0] == 0 && pixels_out[1] == 39 && pixels_out[3] == 255);
    CHECK(image_blend("screen", 256, &a, &b, &out) == STATUS_OK);
    CHECK(pixels_out[0] == 255 && pixels_out[1] == 161 && pixels_out[3] == 255);
    CHECK(image_blend("difference", 256, &a, &b, &out) == STATUS_OK);
    CHECK(pixels_out[0] == 255 && pixels_out[1] == 0 && pixels_out[2] == 100);
    CHECK(image_blend("burn", 256, &a, &b, &out) == STATUS_USAGE);
    CHECK(image_blend("mix", 257, &a, &b, &out) == STATUS_RANGE);
}

static void test_resize(void)
{
    uint8_t pixels[2] = {10, 30};
    struct image src = {2, 1, pixels};
    struct image big;

    CHECK(image_create(&big, 4, 3) == STATUS_OK);
    image_resize(&src, &big);
    for (int y = 0; y < 3; y++) {
        CHECK(image_row(&big, y)[0] == 10 && image_row(&big, y)[1] == 15);
        CHECK(image_row(&big, y)[2] == 25 && image_row(&big, y)[3] == 30);
    }
    image_free(&big);

    /* The same size gives the same image. */
    CHECK(generate_image(&src, 33, 17, 2) == STATUS_OK);
    CHECK(image_create(&big, 33, 17) == STATUS_OK);
    image_resize(&src, &big);
    CHECK(memcmp(src.pixels, big.pixels, image_size(&src)) == 0);
    image_free(&big);
    image_free(&src);
}

static void test_align(void)
{
    struct image a;
    struct image b;
    struct alignment alignment;
    struct joint_histogram *joint = malloc(sizeof *joint);

    CHECK(joint != NULL);
    CHECK(generate_image(&a, 90, 70, 4) == STATUS_OK);
    CHECK(image_create(&b, 90, 70) == STATUS_OK);
    image_shift(&a, -2, 3, &b);
    CHECK(image_at(&b, 10, 20) == image_at(&a, 12, 17));
    CHECK(image_align(&a, &b, 4, &alignment) == STATUS_OK);
    CHECK(alignment.dx == -2 && alignment.dy == 3);
    if (joint) {
        joint_histogram_fill(joint, &a, &b, 5, -6);
        CHECK(joint->total == 85 * 64);
        joint_histogram_fill(joint, &a, &b, 90, 0);
        CHECK(joint->total == 0 && joint_histogram_energy(joint) == 0.0);
    }
    free(joint);
    image_free(&b);
    image_free(&a);
}

int main(void)
{
    test_create();
    test_plane_conversion();
    test_files();
    test_histogram();
    test_blend();
    test_resize();
    test_align();
    return check_result();
}
