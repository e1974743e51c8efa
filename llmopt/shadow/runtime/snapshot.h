/* Takes a copy of the program at a call, and lets it find out whether the candidate does what the
 * original does from there on. */
#ifndef LLMOPT_SHADOW_SNAPSHOT_H
#define LLMOPT_SHADOW_SNAPSHOT_H

#include "interface.h"

#include <stdint.h>

/* Compares as many calls as fit into a stretch; returns how many need no stretch of their own any
 * more, at least 1. Comes back in a run too, whose role tells. */
uint64_t snapshot_stretch(const struct llmopt_shadow_site *site, const void *record, uint64_t call);
/* Compares one call by itself. */
void snapshot_single(const struct llmopt_shadow_site *site, const void *record, uint64_t call);
/* Keeps a snapshot of a call, for candidates to come. */
void snapshot_live(const struct llmopt_shadow_site *site, const void *record, uint64_t call);
/* Times calls from this one on. */
void snapshot_timing(const struct llmopt_shadow_site *site, const void *record, uint64_t call);

#endif
