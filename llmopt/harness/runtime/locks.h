/* What the calls of a case did to locks, and whom they woke. */
#ifndef LLMOPT_LOCKS_H
#define LLMOPT_LOCKS_H

#include "observe.h"

void locks_reset(void);
void locks_observe(struct sink *sink);

#endif
