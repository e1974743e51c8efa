/* prng.h - small deterministic random number generator (splitmix64). */
#ifndef SIGKIT_PRNG_H
#define SIGKIT_PRNG_H

#include <stdint.h>

struct prng {
    uint64_t state;
};

static inline void prng_seed(struct prng *prng, uint64_t seed)
{
    prng->state = seed;
}

static inline uint64_t prng_next(struct prng *prng)
{
    prng->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = prng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A number in 0 .. limit - 1; limit must be at least 1. */
static inline uint32_t prng_below(struct prng *prng, uint32_t limit)
{
    return (uint32_t)(((prng_next(prng) >> 32) * limit) >> 32);
}

/* A number in low .. high, both included. */
static inline int prng_between(struct prng *prng, int low, int high)
{
    return low + (int)prng_below(prng, (uint32_t)(high - low) + 1u);
}

#endif
