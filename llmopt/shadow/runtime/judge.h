/* The verdict of a snapshot. */
#ifndef LLMOPT_SHADOW_JUDGE_H
#define LLMOPT_SHADOW_JUDGE_H

#include <stdint.h>

enum said {
    SAID_NOTHING, /* the original itself cannot be compared here */
    SAID_SAME,
    SAID_OTHERWISE,
};

struct answer {
    enum said said;
    uint64_t done;       /* calls, with those from within another */
    uint64_t next_limit; /* calls that the next stretch should have */
};

struct answer judge_stretch(uint64_t limit);
struct answer judge_single(void);
/* Notes how far down the stack may be cleared. */
void find_stack_floor(void);

#endif
