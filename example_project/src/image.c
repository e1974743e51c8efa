/* image.c - 8-bit grey images, float planes and PNM files. */
#include "image.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static int size_is_valid(int width, int height)
{
    return width >= 1 && height >= 1 && width <= IMAGE_MAX_SIDE && height <= IMAGE_MAX_SIDE;
}

enum status image_create(struct image *image, int width, int height)
{
    image->width = 0;
    image->height = 0;
    image->pixels = NULL;
    if (!size_is_valid(width, height)) {
        return STATUS_RANGE;
    }
    image->pixels = calloc((size_t)width * (size_t)height, sizeof *image->pixels);
    if (!image->pixels) {
        return STATUS_MEMORY;
    }
    image->width = width;
    image->height = height;
    return STATUS_OK;
}

void image_free(struct image *image)
{
    free(image->pixels);
    image->pixels = NULL;
    image->width = 0;
    image->height = 0;
}

enum status plane_create(struct plane *plane, int width, int height)
{
    plane->width = 0;
    plane->height = 0;
    plane->values = NULL;
    if (!size_is_valid(width, height)) {
        return STATUS_RANGE;
    }
    plane->values = calloc((size_t)width * (size_t)height, sizeof *plane->values);
    if (!plane->values) {
        return STATUS_MEMORY;
    }
    plane->width = width;
    plane->height = height;
    return STATUS_OK;
}

void plane_free(struct plane *plane)
{
    free(plane->values);
    plane->values = NULL;
    plane->width = 0;
    plane->height = 0;
}

void plane_from_image(const struct image *image, struct plane *plane)
{
    size_t count = image_size(image);

    for (size_t i = 0; i < count; i++) {
        plane->values[i] = (float)image->pixels[i];
    }
}

void image_from_plane(const struct plane *plane, struct image *image)
{
    size_t count = plane_size(plane);

    for (size_t i = 0; i < count; i++) {
        float value = plane->values[i] + 0.5f;
        if (value < 0.0f) {
            value = 0.0f;
        } else if (value > 255.0f) {
            value = 255.0f;
        }
        image->pixels[i] = (uint8_t)value;
    }
}

/* Read the next number of a PNM header, skipping blanks and comments; -1 if there is none. */
static int header_number(const struct buffer *file, size_t *position)
{
    size_t at = *position;

    while (at < file->length) {
        if (file->data[at] == '#') {
            while (at < file->length && file->data[at] != '\n') {
                at++;
            }
        } else if (isspace((unsigned char)file->data[at])) {
            at++;
        } else {
            break;
        }
    }
    int value = -1;
    while (at < file->length && isdigit((unsigned char)file->data[at])) {
        value = (value < 0 ? 0 : value) * 10 + (file->data[at] - '0');
        if (value > 1000000) {
            return -1;
        }
        at++;
    }
    *position = at;
    return value;
}

/* Grey value of a colour by the usual luma weights, scaled to a sum of 256. */
static uint8_t luma(const uint8_t *rgb)
{
    return (uint8_t)((77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2] + 128u) >> 8);
}

static enum status image_parse(struct image *image, const struct buffer *file)
{
    if (file->length < 2 || file->data[0] != 'P' ||
        (file->data[1] != '5' && file->data[1] != '6')) {
        return STATUS_FORMAT;
    }
    size_t channels = file->data[1] == '6' ? 3 : 1;
    size_t position = 2;
    int width = header_number(file, &position);
    int height = header_number(file, &position);
    int maximum = header_number(file, &position);
    position++; /* exactly one blank follows the header */
    if (!size_is_valid(width, height) || maximum != 255) {
        return STATUS_FORMAT;
    }
    size_t count = (size_t)width * (size_t)height;
    if (position > file->length || file->length - position < count * channels) {
        return STATUS_FORMAT;
    }
    enum status status = image_create(image, width, height);
    if (status) {
        return status;
    }
    const uint8_t *data = (const uint8_t *)file->data + position;
    for (size_t i = 0; i < count; i++) {
        image->pixels[i] = channels == 3 ? luma(data + 3 * i) : data[i];
    }
    return STATUS_OK;
}

enum status image_read(struct image *image, const char *path)
{
    struct buffer file;

    buffer_init(&file);
    enum status status = buffer_read_file(&file, path);
    if (status == STATUS_OK) {
        status = image_parse(image, &file);
    }
    buffer_free(&file);
    return status;
}

enum status image_write(const struct image *image, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) {
        return STATUS_IO;
    }
    size_t count = image_size(image);
    int header = fprintf(file, "P5\n%d %d\n255\n", image->width, image->height);
    size_t written = fwrite(image->pixels, 1, count, file);
    int closed = fclose(file);
    return header > 0 && written == count && closed == 0 ? STATUS_OK : STATUS_IO;
}
