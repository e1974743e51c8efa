/* What the callbacks of a case were called with, in order. */
#ifndef LLMOPT_TRACE_H
#define LLMOPT_TRACE_H

#include "observe.h"

void trace_reset(void);
void trace_observe(struct sink *sink);

#endif
