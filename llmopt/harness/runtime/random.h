/* Values drawn from a place in a case: the same place gives the same value, whatever else there
 * is, so that a longer buffer begins as a shorter one does. */
#ifndef LLMOPT_RANDOM_H
#define LLMOPT_RANDOM_H

#include <stdint.h>

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014). */
static inline uint64_t mixed(uint64_t place, uint64_t step) {
    uint64_t z = place + 0x9e3779b97f4a7c15u * (step + 1);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint64_t below(uint64_t place, uint64_t limit) { return mixed(place, 77) % limit; }

static inline int chance(uint64_t place, unsigned percent) { return below(place, 100) < percent; }

#endif
