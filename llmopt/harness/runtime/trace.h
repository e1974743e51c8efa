/* What the callbacks of a case were called with, in order. */
#ifndef LLMOPT_TRACE_H
#define LLMOPT_TRACE_H

#include "observe.h"

void trace_reset(void);
/* Keeps a result whose frame another call will use. */
void trace_result(const unsigned char *frame);
void trace_observe(struct sink *sink);

#endif
