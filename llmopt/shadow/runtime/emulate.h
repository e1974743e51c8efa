/* System calls that a run may make: what they would change outside is only noted. */
#ifndef LLMOPT_SHADOW_EMULATE_H
#define LLMOPT_SHADOW_EMULATE_H

#include <stdint.h>

/* Whether the call is one of them; then what it returns, minus an errno for a failure. */
int emulate(long number, const long *arguments, long *result);
/* Notes where the open files stand. */
void emulate_begin(void);
/* The same, for all runs that come of a snapshot that is kept: the program goes on to read. */
void emulate_keep_files(void);

#endif
