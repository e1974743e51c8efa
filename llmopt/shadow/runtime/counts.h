/* How many calls there were and how many were compared, in a file that outlives the program. */
#ifndef LLMOPT_SHADOW_COUNTS_H
#define LLMOPT_SHADOW_COUNTS_H

#include <stdint.h>

/* Maps the file; 0 for success. */
int counts_open(const char *path);
/* The number of the call that begins now, from 1. */
uint64_t counts_begin_call(void);
void counts_add_stretch(uint64_t calls);
void counts_add_single(void);
void counts_add_excluded(uint64_t calls);
void counts_add_time(uint64_t nanoseconds);
/* Takes the file away from a copy of the program. */
void counts_detach(void);

#endif
