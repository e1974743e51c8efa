/* Accesses to volatile objects: which, in which order, and what is written. Known in programs that
 * are compiled with -fsanitize=thread and told to tell volatile accesses from others; this stands
 * in for ThreadSanitizer there. In some cases a device stands behind what is read: it changes. */
#ifndef LLMOPT_ACCESSES_H
#define LLMOPT_ACCESSES_H

#include "observe.h"

void accesses_reset(void);
void accesses_observe(struct sink *sink);

#endif
