/* test_matrix.c - tests of matrices and principal components. */
#include "check.h"
#include "generate.h"
#include "matrix.h"
#include "pca.h"
#include "prng.h"

static void fill_random(struct matrix *matrix, uint64_t seed)
{
    struct prng prng;

    prng_seed(&prng, seed);
    for (int i = 0; i < matrix->rows * matrix->columns; i++) {
        matrix->values[i] = prng_between(&prng, -1000, 1000) / 100.0;
    }
}

static void test_multiply(void)
{
    double values_a[6] = {1, 2, 3, 4, 5, 6};
    double values_b[6] = {7, 8, 9, 10, 11, 12};
    double values_out[4];
    struct matrix a = {2, 3, values_a};
    struct matrix b = {3, 2, values_b};
    struct matrix out = {2, 2, values_out};

    CHECK(matrix_multiply(&a, &b, &out) == STATUS_OK);
    CHECK(values_out[0] == 58 && values_out[1] == 64);
    CHECK(values_out[2] == 139 && values_out[3] == 154);
    CHECK(matrix_multiply(&a, &a, &out) == STATUS_RANGE);
    CHECK(matrix_transpose(&a, &b) == STATUS_OK);
    CHECK(values_b[0] == 1 && values_b[1] == 4 && values_b[4] == 3 && values_b[5] == 6);
    CHECK(matrix_transpose(&a, &out) == STATUS_RANGE);
    CHECK(matrix_create(&out, 0, 1) == STATUS_RANGE);
}

static void test_solve(void)
{
    enum { N = 12 };
    struct matrix a;
    struct matrix at;
    struct matrix square;
    double b[N];

    CHECK(matrix_create(&a, N, N) == STATUS_OK);
    CHECK(matrix_create(&at, N, N) == STATUS_OK);
    CHECK(matrix_create(&square, N, N) == STATUS_OK);
    fill_random(&a, 3);
    CHECK(matrix_transpose(&a, &at) == STATUS_OK);
    CHECK(matrix_multiply(&at, &a, &square) == STATUS_OK);
    for (int i = 0; i < N; i++) {
        matrix_row(&square, i)[i] += 10.0;
        b[i] = 0.0;
    }
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            b[i] += matrix_row(&square, i)[j] * (j - 4);
        }
    }
    CHECK(matrix_solve_symmetric(&square, b) == STATUS_OK);
    for (int i = 0; i < N; i++) {
        CHECK_NEAR(b[i], i - 4, 1e-8);
    }
    double indefinite[4] = {1, 2, 2, 1};
    struct matrix bad = {2, 2, indefinite};
    CHECK(matrix_solve_symmetric(&bad, b) == STATUS_RANGE);
    matrix_free(&square);
    matrix_free(&at);
    matrix_free(&a);
}

static void test_eigen(void)
{
    double entries[4] = {2, 1, 1, 2};
    double values[4];
    double vectors_values[4];
    struct matrix small = {2, 2, entries};
    struct matrix vectors = {2, 2, vectors_values};

    CHECK(matrix_eigen_symmetric(&small, values, &vectors) == STATUS_OK);
    CHECK_NEAR(values[0], 3.0, 1e-12);
    CHECK_NEAR(values[1], 1.0, 1e-12);
    CHECK_NEAR(vectors_values[0], sqrt(0.5), 1e-12);
    CHECK_NEAR(vectors_values[2], sqrt(0.5), 1e-12);
}

static void test_eigen_equation(void)
{
    enum { N = 20 };
    struct matrix random;
    struct matrix a;
    struct matrix work;
    struct matrix vectors;
    double values[N];

    CHECK(matrix_create(&random, N, N) == STATUS_OK);
    CHECK(matrix_create(&a, N, N) == STATUS_OK);
    CHECK(matrix_create(&work, N, N) == STATUS_OK);
    CHECK(matrix_create(&vectors, N, N) == STATUS_OK);
    fill_random(&random, 11);
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            matrix_row(&a, i)[j] = matrix_row(&random, i)[j] + matrix_row(&random, j)[i];
            matrix_row(&work, i)[j] = matrix_row(&a, i)[j];
        }
    }
    CHECK(matrix_eigen_symmetric(&work, values, &vectors) == STATUS_OK);
    CHECK(matrix_multiply(&a, &vectors, &work) == STATUS_OK);
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            CHECK_NEAR(matrix_row(&work, i)[j], values[j] * matrix_row(&vectors, i)[j], 1e-8);
        }
        CHECK(i == 0 || values[i] <= values[i - 1]);
    }
    matrix_free(&vectors);
    matrix_free(&work);
    matrix_free(&a);
    matrix_free(&random);
}

static void test_covariance(void)
{
    double values[8] = {1, 2, 3, 6, 5, 10, 7, 14};
    double means[2];
    double result[4];
    struct matrix samples = {4, 2, values};
    struct matrix covariance = {2, 2, result};

    CHECK(matrix_covariance(&samples, means, &covariance) == STATUS_OK);
    CHECK(means[0] == 4.0 && means[1] == 8.0);
    CHECK_NEAR(result[0], 5.0, 1e-12);
    CHECK_NEAR(result[1], 10.0, 1e-12);
    CHECK_NEAR(result[2], 10.0, 1e-12);
    CHECK_NEAR(result[3], 20.0, 1e-12);
}

/* All components restore the patches; fewer lose the variance of the others. */
static void test_restore(int components)
{
    struct image image;
    struct matrix patches;
    struct matrix scores;
    struct matrix restored;
    struct pca pca;

    CHECK(generate_image(&image, 67, 49, 6) == STATUS_OK);
    CHECK(patches_from_image(&image, 4, &patches) == STATUS_OK);
    CHECK(patches.rows == 16 * 12 && patches.columns == 16);
    CHECK(matrix_row(&patches, 17)[5] == image_row(&image, 5)[5]);
    CHECK(pca_create(&pca, &patches, components) == STATUS_OK);
    CHECK(matrix_create(&scores, patches.rows, components) == STATUS_OK);
    CHECK(matrix_create(&restored, patches.rows, patches.columns) == STATUS_OK);
    CHECK(pca_project(&pca, &patches, &scores) == STATUS_OK);
    CHECK(pca_restore(&pca, &scores, &restored) == STATUS_OK);
    double loss = 0.0;
    for (int i = 0; i < patches.rows * patches.columns; i++) {
        double difference = restored.values[i] - patches.values[i];
        loss += difference * difference / patches.rows;
    }
    double expected = 0.0;
    for (int i = components; i < 16; i++) {
        expected += pca.variances[i];
    }
    CHECK_NEAR(loss, expected, 1e-6);
    matrix_free(&restored);
    matrix_free(&scores);
    pca_free(&pca);
    CHECK(pca_create(&pca, &patches, 17) == STATUS_RANGE);
    matrix_free(&patches);
    CHECK(patches_from_image(&image, 50, &patches) == STATUS_RANGE);
    image_free(&image);
}

int main(void)
{
    test_multiply();
    test_solve();
    test_eigen();
    test_eigen_equation();
    test_covariance();
    test_restore(16);
    test_restore(5);
    return check_result();
}
