#include "reason.h"

static const char *const texts[] = {
#define REASON(name, text) [REASON_##name] = text,
#include "reasons.def"
#undef REASON
};

const char *reason_text(enum reason reason) { return texts[reason]; }
