// Milliseconds that only go forward.
#ifndef LLMOPT_CLOCK_H
#define LLMOPT_CLOCK_H

#include <stdint.h>

int64_t clock_ms(void);

#endif
