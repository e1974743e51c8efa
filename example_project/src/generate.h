/* generate.h - deterministic synthetic images, signals and records. */
#ifndef SIGKIT_GENERATE_H
#define SIGKIT_GENERATE_H

#include <stdint.h>

#include "common.h"
#include "image.h"
#include "signal.h"

/* The outputs depend on the seed and the size only, not on the machine. */
enum status generate_image(struct image *image, int width, int height, uint64_t seed);
enum status generate_signal(struct signal *signal, size_t count, uint64_t seed);
enum status generate_records(struct buffer *text, int count, uint64_t seed);

#endif
