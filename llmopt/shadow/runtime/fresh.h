/* Blocks that were allocated since the snapshot: two runs may have got them at other addresses, and
 * are the same as long as one-to-one they stand for each other. */
#ifndef LLMOPT_SHADOW_FRESH_H
#define LLMOPT_SHADOW_FRESH_H

#include "child.h"

/* Finds the blocks of both, and notes what one has freed or resized and the other has not. */
void fresh_collect(const struct child *old, const struct child *new);
/* Whether a word may point to such a block in the old run. */
int fresh_may_point(uint64_t word);
/* Whether two words are the same, or point to the same place in blocks that stand for each other;
 * from then on they do. */
int fresh_equal(uint64_t old, uint64_t new);
/* Compares the content of all blocks, and notes those that have no partner. */
void fresh_compare(const struct child *old, const struct child *new);
/* Empties the tables. */
void fresh_forget(void);
/* The block of the arena that held an address at the snapshot; 0 where there was none. */
uint64_t block_at_snapshot(uint64_t address, uint64_t *slot);

#endif
