/* Moves numbers to where the function decides otherwise.
 *
 * The program that plans is compiled with -fsanitize-coverage=trace-cmp: it tells what the function
 * compares. What lies between the two sides is added to an argument or a variable: where that is
 * one of the sides, or adds to one, they become equal, or differ by one (as in REDQUEEN, Aschermann
 * et al. 2019). It also tells what it divides (see divisions.py): that becomes a multiple of the
 * divisor or differs from one by one, and in a burst the calls behind it go on from there by other
 * multiples. */
#ifndef LLMOPT_NUDGE_H
#define LLMOPT_NUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nudge {
    uint64_t call;  /* before which it is added */
    uint64_t which; /* a parameter, or behind them a variable */
    uint64_t delta;
    uint64_t step; /* not 0: the calls behind it get this one's number and a multiple of `step` */
};

#define NUDGES 256

struct nudges {
    struct nudge nudge[NUDGES];
    unsigned count;
};

extern struct nudges nudges;

/* What the next call compares is noted, or no longer. */
void nudge_watch(unsigned call);
void nudge_look_away(void);
/* Chooses from what the calls of the last try have compared; false where there is nothing. */
bool nudge_choose(void);
void nudge_parameter(unsigned call, unsigned parameter);
void nudge_globals(unsigned call);

#endif
