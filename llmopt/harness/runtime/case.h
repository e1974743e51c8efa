/* A case: the arguments of some calls, made from the seed and a number. */
#ifndef LLMOPT_CASE_H
#define LLMOPT_CASE_H

#include "arena.h"
#include "driver.h"
#include "request.h"

#include <stdbool.h>
#include <stdint.h>

#define CALLS 4096 /* the most in one case */
#define PARAMETERS 32
#define VARIATIONS 2
#define NOBODY (~0u)

/* How a later call of a case comes by its arguments. */
enum again { FRESH, UNCHANGED, OTHER_SCALARS, REFILLED };

struct scene {
    uint64_t place;                  /* where its values are drawn */
    uint64_t variations[VARIATIONS]; /* each changes some of them; or 0 */
    unsigned calls;
    bool burst;      /* many calls, one after the other */
    bool sweep;      /* as many as there is time for: see sweep.h */
    bool enumerated; /* it takes all values one by one, where they are not too many */
    unsigned width;  /* of its larger numbers, in bits */
    unsigned rounds; /* how often the first call is made again first, with other numbers */
    unsigned round;  /* which of them it is */
    enum again again;
    bool lengths;  /* integers are small: as if they were lengths */
    bool constant; /* what is const cannot be written */
    bool varied;   /* globals are set */
    bool behind;   /* buffers lie behind a guard */
    bool noise;    /* buffers of characters hold no text */
    bool sorted;
    bool giant;           /* one length is beyond 16 bits */
    bool many;            /* so may be a number of records */
    bool saturated;       /* numbers are as small or as large as can be */
    bool separate;        /* and each argument and buffer has a sign and a size of its own */
    bool powers;          /* all of which are powers of two */
    bool halves;          /* what buffers hold is half of what is too large: two of them are */
    bool deep;            /* trees are as lists */
    bool alike;           /* integers are often equal */
    uint64_t unit;        /* and multiples of this one; or 0 */
    unsigned order;       /* of the buffers' addresses */
    bool whole;           /* only lists and trees end with NULL */
    bool broken;          /* streams take nothing */
    bool meddling;        /* callbacks change what they can reach */
    bool near;            /* an integer is close to one that a pointer leads to */
    bool inner;           /* a pointer leads into a buffer that another value points to */
    unsigned failing;     /* which of the function's allocations fails, from 1; or 0 */
    int error;            /* errno before a call */
    unsigned char letter; /* that the function is told of: texts hold it; or 0 */
    unsigned generator;   /* of the contract, from 1, that has the last word; or 0 */
    unsigned null;        /* parameter that is NULL, or NOBODY */
    unsigned other, same; /* parameter `other` points into the buffer of `same`; or NOBODY */
    long apart;           /* elements between the two */
};

extern struct request request;
extern struct scene scene;
/* The frames of the calls: at fixed places, each with the arguments and the result. */
extern unsigned char *frames[CALLS];

void case_begin(void);
/* A number's lower half makes a case; each quarter above it changes some of its values. */
uint64_t case_variation(uint64_t number, uint64_t variation);
/* Where a value is drawn instead, when the case's variations change it: one of so many. */
uint64_t case_varied(uint64_t place, uint64_t of);
/* How such a place begins. */
#define VARIED ((uint64_t)0x5eed << 48)
/* The number of a sweep. */
uint64_t case_of_sweep(uint64_t number);
/* The number of a case whose arguments one of the contract's generators makes, from 1. */
uint64_t case_of_generator(uint64_t number, unsigned generator);
#define GENERATORS 127
/* What kind of case a number makes; a kind whose cases fail may be left out. */
void case_scene(uint64_t number);
unsigned case_kind(void);
#define KINDS 10
/* Makes the globals and the arguments of the first call. */
void case_arguments(void);
/* Has the case's generator, if it has one, make the arguments of a call. */
void case_generate(unsigned call);
/* Makes other numbers for the next round of the first call. */
void case_next_round(void);
/* Makes those of a later one, when the one before it is done. */
void case_next_arguments(unsigned call);

#endif
