// Why something was not done, or how it was done.
#ifndef LLMOPT_REASON_H
#define LLMOPT_REASON_H

enum reason {
#define REASON(name, text) REASON_##name,
#include "reasons.def"
#undef REASON
};

// The stable text of a reason.
const char *reason_text(enum reason reason);

#endif
