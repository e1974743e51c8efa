/* Whether two runs that stopped left the same behind. */
#ifndef LLMOPT_SHADOW_COMPARE_H
#define LLMOPT_SHADOW_COMPARE_H

#include "child.h"
#include "work.h"

/* Returns how many differences there are; the first stand in WORK. */
uint64_t compare_runs(const struct child *old, const struct child *new);
/* Notes one. */
void differs(enum difference_kind kind, uint64_t address, uint64_t old, uint64_t new);

#endif
