/* How long the buffers of a case must be: found by trying. */
#ifndef LLMOPT_EXTENT_H
#define LLMOPT_EXTENT_H

#include "guard.h"

/* Leaves in each slot the smallest size with which the calls return, with numbers that were moved
 * to where the function decides as far as so many microseconds allow. RETURNED when there is one;
 * else how the calls ended otherwise. */
enum outcome extent_find(unsigned char fill, uint64_t budget);

#endif
