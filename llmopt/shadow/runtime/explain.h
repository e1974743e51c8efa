/* Says for a person how two runs differ. */
#ifndef LLMOPT_SHADOW_EXPLAIN_H
#define LLMOPT_SHADOW_EXPLAIN_H

#include "child.h"

/* What WORK holds of the last comparison. `old` is the run that is looked into; `at_call`: it
 * stands within, or at the end of, the call whose record is the last. */
void explain(const struct child *old, const struct child *new, int at_call);

#endif
