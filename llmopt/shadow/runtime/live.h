/* Snapshots that are kept, also when the program has ended, and that are given candidates which
 * were not linked into it: images of code, to be read to an address near the program. */
#ifndef LLMOPT_SHADOW_LIVE_H
#define LLMOPT_SHADOW_LIVE_H

#include "interface.h"

#include <stdint.h>

/* Whether a snapshot is to be kept of this call. */
int live_wants(const struct llmopt_shadow_site *site, const void *record, uint64_t call);
/* Whether all have been taken that were asked for. */
int live_is_done(void);
/* Takes a number that no other snapshot of the run has: its file is what that one reports to, and
 * says that it will come up. 0 for success. */
int live_claim(void);
/* What a kept snapshot does until whoever asks it has gone. */
_Noreturn void live_serve(void);

#endif
