/* What the runtime is asked to do: numbers in a file, as harness/program.py writes them. */
#ifndef LLMOPT_REQUEST_H
#define LLMOPT_REQUEST_H

#include <stddef.h>
#include <stdint.h>

/* MODE_PLAN_GENERATED plans cases of the contract's generators alone. */
enum mode { MODE_PLAN = 1, MODE_RUN = 2, MODE_SHOW = 3, MODE_PLAN_GENERATED = 4 };

struct text {
    size_t length;
    const char *bytes;
};

struct planned {
    uint64_t number, calls, slots;
    const uint64_t *sizes; /* pairs: path, size in bytes */
    uint64_t nudge_count;
    const uint64_t *nudges; /* of four: call, which, delta, step */
};

struct request {
    uint64_t mode, seed, cases, budget /* microseconds */, fills, case_budget /* microseconds */;
    size_t integer_count, float_count, text_count, planned_count;
    const int64_t *integers;
    const double *floats;
    struct text *texts;
    struct planned *planned;
    unsigned char letters[256]; /* of the program's own short texts, each once */
    size_t letter_count;
};

/* Reads the file; ends the process with a message when it is not whole. */
void request_read(struct request *request, const char *path);

#endif
