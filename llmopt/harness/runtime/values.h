/* Single values and texts of the families that programs go wrong on. */
#ifndef LLMOPT_VALUES_H
#define LLMOPT_VALUES_H

#include "driver.h"

#include <stddef.h>
#include <stdint.h>

enum series {          /* how the values of one buffer belong together */
              FEW,     /* small, so that many are equal */
              SMALL,   /* positive */
              NEAR,    /* around zero */
              WHOLE,   /* all that the type holds */
              SPECIAL, /* extremes and constants of the program */
              RISING,
              SPARSE, /* zeros, mostly */
              FALLING,
              SAME,
              SERIES
};

/* Where an integer stands: lengths are small, other values need not be. */
enum role { LENGTH, VALUE };

uint64_t scalar_integer(uint64_t place, const struct llmopt_type *type, enum role role);
uint64_t series_integer(uint64_t place, const struct llmopt_type *type, enum series series,
                        size_t index);
/* Of any size, near zero or a constant of the program; of at most `width` bits beside those. */
uint64_t sweep_integer(uint64_t place, const struct llmopt_type *type, unsigned width);
/* Writes a float, double or long double of `size` bytes. */
void series_float(uint64_t place, void *at, size_t size, enum series series, size_t index);
/* The value cut and extended as the type's bits are. */
uint64_t as_held(uint64_t value, const struct llmopt_type *type);

#endif
