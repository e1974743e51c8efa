/* Original and candidate by the clock, on the program's own calls: alternating runs from one
 * snapshot, each through the same different calls. */
#ifndef LLMOPT_SHADOW_TIMING_H
#define LLMOPT_SHADOW_TIMING_H

#include <stdint.h>

/* Whether calls are timed from this one on. */
int timing_wants(uint64_t call);
/* In a snapshot: times them and says what came of it. */
void time_calls(void);

#endif
