/* Which pages two runs may have made different since they were copied from one snapshot. */
#ifndef LLMOPT_SHADOW_PAGES_H
#define LLMOPT_SHADOW_PAGES_H

#include "child.h"

/* Calls `found` for each run of such pages between two addresses. */
void pages_each_changed(const struct child *old, const struct child *new, uint64_t start,
                        uint64_t end,
                        void (*found)(const struct child *old, const struct child *new,
                                      uint64_t start, uint64_t end));
/* Notes the pages that a run has written to, for those that follow it. */
void pages_learn(const struct child *child);
/* Makes them, and all code, present and this process's own: what a run of the program finds. */
void pages_populate(void);
/* Whether the kernel tells: a page that was surely written has to look so. */
int pages_are_told(const struct child *child);

#endif
