/* Makes the values of a case in memory, by their types. */
#ifndef LLMOPT_GENERATE_H
#define LLMOPT_GENERATE_H

#include <stddef.h>
#include <stdint.h>

void generate_begin(void);
void generate_parameter(unsigned call, unsigned parameter);
/* Makes scene.other point into the buffer of scene.same. */
void generate_overlapping(unsigned call);
void generate_globals(unsigned call);
/* Where the scene says so, makes a pointer lead into a buffer that another value points to. */
void generate_inner(unsigned call);
/* Where the scene says so, makes an integer nearly what a field holds. After `generate_rest`. */
void generate_near(unsigned call);
/* Fills the buffers that pointers made so far lead to, and those that these lead to. */
void generate_rest(void);
/* Fills the buffers of numbers and characters anew, with other content. */
void generate_again(void);
/* A value of a type at a place, as callbacks return them. */
void generate_value(unsigned type, unsigned char *at, uint64_t place);
/* How many nested records the case holds, at most. */
#define NODES 40

#endif
