/* Which edges of the unit's code a case runs over, where the compiler has put a call on each. */
#ifndef LLMOPT_REACH_H
#define LLMOPT_REACH_H

#include <stdbool.h>

#define EDGES 4096

/* Where the edges are noted from now on: EDGES bytes. */
void reach_note(unsigned char *edges);
/* Forgets what was noted. */
void reach_clear(void);
/* Whether some of the edges were not among those seen, as they are from now on. */
bool reach_is_new(const unsigned char *edges);

#endif
