/* Calls by the hundred thousand, of functions that take numbers alone.
 *
 * What is wrong for one number in millions, no case of a few calls meets. Such calls need no memory
 * of their own: they are made one after the other in one frame, and of each only the result is
 * noted, in one digest. */
#ifndef LLMOPT_SWEEP_H
#define LLMOPT_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#define SWEEP_CALLS (1u << 22) /* the most in one sweep */

/* Whether the function takes numbers, and nothing else. */
bool sweep_is_possible(void);
/* Makes the arguments of one of the sweep's calls, in the first frame. */
void sweep_arguments(uint64_t call);

#endif
