/* pca.h - principal components of the square patches of an image. */
#ifndef SIGKIT_PCA_H
#define SIGKIT_PCA_H

#include "common.h"
#include "image.h"
#include "matrix.h"

struct pca {
    double *means;       /* one per variable */
    double *variances;   /* of all components, in falling order */
    struct matrix basis; /* variables x kept components */
};

/* One row for each complete patch of side x side pixels; STATUS_RANGE if there is none. */
enum status patches_from_image(const struct image *image, int side, struct matrix *patches);

/* The covariance of the columns; means receives one value per column. */
enum status matrix_covariance(const struct matrix *samples, double *means, struct matrix *out);

/* Keep the given number of components of the samples (one per row). */
enum status pca_create(struct pca *pca, const struct matrix *samples, int components);
void pca_free(struct pca *pca);

/* samples -> scores (samples x components) and back. */
enum status pca_project(const struct pca *pca, const struct matrix *samples,
                        struct matrix *scores);
enum status pca_restore(const struct pca *pca, const struct matrix *scores,
                        struct matrix *samples);

#endif
