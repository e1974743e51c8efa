/* pipeline.h - all stages on one generated input, with a digest of every result. */
#ifndef SIGKIT_PIPELINE_H
#define SIGKIT_PIPELINE_H

#include <stdio.h>

#include "common.h"

struct pipeline_options {
    int seed;
    int width;
    int height;
    int samples; /* of the signal */
    int records;
    int radius;     /* of the first Gaussian scale */
    int taps;       /* of the FIR filter */
    int frame;      /* length of the spectrum frames */
    int order;      /* of the linear prediction */
    int components; /* kept principal components of 8 x 8 patches */
};

enum status pipeline_run(const struct pipeline_options *options, FILE *out);

#endif
