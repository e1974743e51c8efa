/* Clears what is dead: what two functions leave on the stack and in registers that nobody may rely
 * on would else show in slots that the program allocates and never writes. */
#ifndef LLMOPT_SHADOW_SCRUB_H
#define LLMOPT_SHADOW_SCRUB_H

#include <stdint.h>

/* Clears so many bytes below the caller's frame, but none below the floor. */
void scrub_below(uint64_t bytes);
/* What llmopt_shadow_leave goes on to in a run. */
void leave_run(const void *record, const void *result, unsigned long size);

#endif
