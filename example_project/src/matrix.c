/* matrix.c - dense row-major matrices of double. */
#include "matrix.h"

#include <math.h>
#include <stdlib.h>

#define EIGEN_MAX_SWEEPS 50

enum status matrix_create(struct matrix *matrix, int rows, int columns)
{
    matrix->rows = 0;
    matrix->columns = 0;
    matrix->values = NULL;
    if (rows < 1 || columns < 1) {
        return STATUS_RANGE;
    }
    matrix->values = calloc((size_t)rows * (size_t)columns, sizeof *matrix->values);
    if (!matrix->values) {
        return STATUS_MEMORY;
    }
    matrix->rows = rows;
    matrix->columns = columns;
    return STATUS_OK;
}

void matrix_free(struct matrix *matrix)
{
    free(matrix->values);
    matrix->values = NULL;
    matrix->rows = 0;
    matrix->columns = 0;
}

enum status matrix_multiply(const struct matrix *a, const struct matrix *b, struct matrix *out)
{
    if (a->columns != b->rows || out->rows != a->rows || out->columns != b->columns) {
        return STATUS_RANGE;
    }
    for (int i = 0; i < a->rows; i++) {
        for (int j = 0; j < b->columns; j++) {
            double sum = 0.0;
            for (int k = 0; k < a->columns; k++) {
                sum += matrix_row(a, i)[k] * matrix_row(b, k)[j];
            }
            matrix_row(out, i)[j] = sum;
        }
    }
    return STATUS_OK;
}

enum status matrix_transpose(const struct matrix *a, struct matrix *out)
{
    if (out->rows != a->columns || out->columns != a->rows) {
        return STATUS_RANGE;
    }
    for (int i = 0; i < a->rows; i++) {
        for (int j = 0; j < a->columns; j++) {
            matrix_row(out, j)[i] = matrix_row(a, i)[j];
        }
    }
    return STATUS_OK;
}

/* Replace the lower triangle of a by L with a = L * transposed L. */
static enum status cholesky_factor(struct matrix *a)
{
    for (int j = 0; j < a->rows; j++) {
        for (int i = j; i < a->rows; i++) {
            double sum = matrix_row(a, i)[j];
            for (int k = 0; k < j; k++) {
                sum -= matrix_row(a, i)[k] * matrix_row(a, j)[k];
            }
            if (i > j) {
                matrix_row(a, i)[j] = sum / matrix_row(a, j)[j];
            } else if (sum > 0.0) {
                matrix_row(a, j)[j] = sqrt(sum);
            } else {
                return STATUS_RANGE;
            }
        }
    }
    return STATUS_OK;
}

enum status matrix_solve_symmetric(struct matrix *a, double *b)
{
    if (a->rows != a->columns) {
        return STATUS_RANGE;
    }
    enum status status = cholesky_factor(a);
    if (status) {
        return status;
    }
    for (int i = 0; i < a->rows; i++) {
        for (int k = 0; k < i; k++) {
            b[i] -= matrix_row(a, i)[k] * b[k];
        }
        b[i] /= matrix_row(a, i)[i];
    }
    for (int i = a->rows - 1; i >= 0; i--) {
        for (int k = i + 1; k < a->rows; k++) {
            b[i] -= matrix_row(a, k)[i] * b[k];
        }
        b[i] /= matrix_row(a, i)[i];
    }
    return STATUS_OK;
}

/* Rotate rows and columns p and q so that a(p, q) becomes zero. */
static void jacobi_rotate(struct matrix *a, struct matrix *vectors, int p, int q)
{
    double theta = (matrix_row(a, q)[q] - matrix_row(a, p)[p]) / (2.0 * matrix_row(a, p)[q]);
    double sign = theta < 0.0 ? -1.0 : 1.0;
    double t = sign / (fabs(theta) + sqrt(theta * theta + 1.0));
    double c = 1.0 / sqrt(t * t + 1.0);
    double s = t * c;

    for (int k = 0; k < a->rows; k++) {
        double kp = matrix_row(a, k)[p];
        double kq = matrix_row(a, k)[q];
        matrix_row(a, k)[p] = c * kp - s * kq;
        matrix_row(a, k)[q] = s * kp + c * kq;
    }
    for (int k = 0; k < a->rows; k++) {
        double pk = matrix_row(a, p)[k];
        double qk = matrix_row(a, q)[k];
        matrix_row(a, p)[k] = c * pk - s * qk;
        matrix_row(a, q)[k] = s * pk + c * qk;
    }
    for (int k = 0; k < a->rows; k++) {
        double kp = matrix_row(vectors, k)[p];
        double kq = matrix_row(vectors, k)[q];
        matrix_row(vectors, k)[p] = c * kp - s * kq;
        matrix_row(vectors, k)[q] = s * kp + c * kq;
    }
}

/* Sort by falling eigenvalue and give each vector a fixed sign: its largest element is > 0. */
static void eigen_normalize(double *values, struct matrix *vectors)
{
    int n = vectors->rows;

    for (int i = 0; i < n; i++) {
        int largest = i;
        for (int j = i + 1; j < n; j++) {
            if (values[j] > values[largest]) {
                largest = j;
            }
        }
        double value = values[i];
        values[i] = values[largest];
        values[largest] = value;
        double peak = 0.0;
        for (int k = 0; k < n; k++) {
            double *row = matrix_row(vectors, k);
            double element = row[i];
            row[i] = row[largest];
            row[largest] = element;
            if (fabs(row[i]) > fabs(peak)) {
                peak = row[i];
            }
        }
        for (int k = 0; k < n && peak < 0.0; k++) {
            matrix_row(vectors, k)[i] = -matrix_row(vectors, k)[i];
        }
    }
}

static double off_diagonal_sum(const struct matrix *a)
{
    double sum = 0.0;

    for (int i = 0; i < a->rows; i++) {
        for (int j = i + 1; j < a->columns; j++) {
            sum += fabs(matrix_row(a, i)[j]);
        }
    }
    return sum;
}

enum status matrix_eigen_symmetric(struct matrix *a, double *values, struct matrix *vectors)
{
    int n = a->rows;

    if (a->columns != n || vectors->rows != n || vectors->columns != n) {
        return STATUS_RANGE;
    }
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            matrix_row(vectors, i)[j] = i == j ? 1.0 : 0.0;
        }
    }
    double limit = 1e-12 * off_diagonal_sum(a);
    for (int sweep = 0; sweep < EIGEN_MAX_SWEEPS && off_diagonal_sum(a) > limit; sweep++) {
        for (int p = 0; p < n; p++) {
            for (int q = p + 1; q < n; q++) {
                if (fabs(matrix_row(a, p)[q]) > 0.0) {
                    jacobi_rotate(a, vectors, p, q);
                }
            }
        }
    }
    for (int i = 0; i < n; i++) {
        values[i] = matrix_row(a, i)[i];
    }
    eigen_normalize(values, vectors);
    return STATUS_OK;
}
