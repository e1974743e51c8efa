/* matrix.h - dense row-major matrices of double. */
#ifndef SIGKIT_MATRIX_H
#define SIGKIT_MATRIX_H

#include <stddef.h>

#include "common.h"

struct matrix {
    int rows;
    int columns;
    double *values;
};

/* A matrix of zeros with at least one row and one column. */
enum status matrix_create(struct matrix *matrix, int rows, int columns);
void matrix_free(struct matrix *matrix);

static inline double *matrix_row(const struct matrix *matrix, int row)
{
    return matrix->values + (size_t)row * (size_t)matrix->columns;
}

/* out = a * b and out = transposed a; STATUS_RANGE if the sizes do not fit. */
enum status matrix_multiply(const struct matrix *a, const struct matrix *b, struct matrix *out);
enum status matrix_transpose(const struct matrix *a, struct matrix *out);

/* Solve a * x = b for a symmetric positive definite matrix a, which is overwritten by its
 * Cholesky factor. b holds the right-hand side and receives the solution. */
enum status matrix_solve_symmetric(struct matrix *a, double *b);

/* The eigenvalues of a symmetric matrix in falling order and its eigenvectors as the columns of
 * vectors, by Jacobi rotations. a is destroyed; values has one element per row of a. */
enum status matrix_eigen_symmetric(struct matrix *a, double *values, struct matrix *vectors);

#endif
