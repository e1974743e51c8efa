/* pca.c - principal components of the square patches of an image. */
#include "pca.h"

#include <stdlib.h>

enum status patches_from_image(const struct image *image, int side, struct matrix *patches)
{
    int across = image->width / side;
    int down = image->height / side;

    enum status status = matrix_create(patches, across * down, side * side);
    if (status) {
        return status;
    }
    for (int patch = 0; patch < across * down; patch++) {
        double *out = matrix_row(patches, patch);
        int left = patch % across * side;
        int top = patch / across * side;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                out[y * side + x] = image_row(image, top + y)[left + x];
            }
        }
    }
    return STATUS_OK;
}

static void column_means(const struct matrix *samples, double *means)
{
    for (int j = 0; j < samples->columns; j++) {
        means[j] = 0.0;
    }
    for (int i = 0; i < samples->rows; i++) {
        for (int j = 0; j < samples->columns; j++) {
            means[j] += matrix_row(samples, i)[j];
        }
    }
    for (int j = 0; j < samples->columns; j++) {
        means[j] /= samples->rows;
    }
}

enum status matrix_covariance(const struct matrix *samples, double *means, struct matrix *out)
{
    int n = samples->columns;

    if (out->rows != n || out->columns != n) {
        return STATUS_RANGE;
    }
    column_means(samples, means);
    for (int i = 0; i < n; i++) {
        for (int j = i; j < n; j++) {
            double sum = 0.0;
            for (int k = 0; k < samples->rows; k++) {
                const double *row = matrix_row(samples, k);
                sum += (row[i] - means[i]) * (row[j] - means[j]);
            }
            matrix_row(out, i)[j] = sum / samples->rows;
            matrix_row(out, j)[i] = sum / samples->rows;
        }
    }
    return STATUS_OK;
}

/* Fill the allocated parts of pca; covariance and vectors are work space. */
static enum status pca_fit(struct pca *pca, const struct matrix *samples,
                           struct matrix *covariance, struct matrix *vectors)
{
    enum status status = matrix_covariance(samples, pca->means, covariance);
    if (status == STATUS_OK) {
        status = matrix_eigen_symmetric(covariance, pca->variances, vectors);
    }
    if (status) {
        return status;
    }
    for (int i = 0; i < pca->basis.rows; i++) {
        for (int j = 0; j < pca->basis.columns; j++) {
            matrix_row(&pca->basis, i)[j] = matrix_row(vectors, i)[j];
        }
    }
    return STATUS_OK;
}

enum status pca_create(struct pca *pca, const struct matrix *samples, int components)
{
    struct matrix covariance = {0, 0, NULL};
    struct matrix vectors = {0, 0, NULL};
    int n = samples->columns;

    pca->basis = (struct matrix){0, 0, NULL};
    pca->means = calloc((size_t)n, sizeof *pca->means);
    pca->variances = calloc((size_t)n, sizeof *pca->variances);
    enum status status = pca->means && pca->variances ? STATUS_OK : STATUS_MEMORY;
    if (status == STATUS_OK && components > n) {
        status = STATUS_RANGE;
    }
    if (status == STATUS_OK) {
        status = matrix_create(&pca->basis, n, components);
    }
    if (status == STATUS_OK) {
        status = matrix_create(&covariance, n, n);
    }
    if (status == STATUS_OK) {
        status = matrix_create(&vectors, n, n);
    }
    if (status == STATUS_OK) {
        status = pca_fit(pca, samples, &covariance, &vectors);
    }
    matrix_free(&vectors);
    matrix_free(&covariance);
    if (status) {
        pca_free(pca);
    }
    return status;
}

void pca_free(struct pca *pca)
{
    free(pca->means);
    free(pca->variances);
    matrix_free(&pca->basis);
    pca->means = NULL;
    pca->variances = NULL;
}

enum status pca_project(const struct pca *pca, const struct matrix *samples,
                        struct matrix *scores)
{
    struct matrix centred;

    if (samples->columns != pca->basis.rows) {
        return STATUS_RANGE;
    }
    enum status status = matrix_create(&centred, samples->rows, samples->columns);
    if (status) {
        return status;
    }
    for (int i = 0; i < samples->rows; i++) {
        for (int j = 0; j < samples->columns; j++) {
            matrix_row(&centred, i)[j] = matrix_row(samples, i)[j] - pca->means[j];
        }
    }
    status = matrix_multiply(&centred, &pca->basis, scores);
    matrix_free(&centred);
    return status;
}

enum status pca_restore(const struct pca *pca, const struct matrix *scores,
                        struct matrix *samples)
{
    struct matrix transposed;

    enum status status = matrix_create(&transposed, pca->basis.columns, pca->basis.rows);
    if (status) {
        return status;
    }
    status = matrix_transpose(&pca->basis, &transposed);
    if (status == STATUS_OK) {
        status = matrix_multiply(scores, &transposed, samples);
    }
    matrix_free(&transposed);
    if (status) {
        return status;
    }
    for (int i = 0; i < samples->rows; i++) {
        for (int j = 0; j < samples->columns; j++) {
            matrix_row(samples, i)[j] += pca->means[j];
        }
    }
    return STATUS_OK;
}
