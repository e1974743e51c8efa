/* Integer layers of a small network: int16 weights and activations, 64-bit sums. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Adds cells * vector to result. The matrix has rows * cols cells; a row begins `stride` cells
 * after the one before it (stride >= cols, what lies between is not part of the matrix). Elements
 * of the vector are `step` apart, so that a column of another matrix will do; step 0 repeats the
 * first. The result may not overlap the inputs.
 */
void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r++) {
        int64_t sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)cells[r * stride + c] * vector[c * step];
        result[r] += sum;
    }
}

/* One dense layer: bias + weights * input, scaled by 2^-shift and cut off below zero and at the
 * top. */
void dense_layer(int16_t *output, const int16_t *weights, const int32_t *bias, const int16_t *input,
                 size_t outputs, size_t inputs, unsigned shift) {
    int64_t sums[64];
    for (size_t begin = 0; begin < outputs; begin += 64) {
        size_t count = outputs - begin < 64 ? outputs - begin : 64;
        for (size_t i = 0; i < count; i++)
            sums[i] = bias[begin + i];
        matvec_s16(sums, weights + begin * inputs, count, inputs, inputs, input, 1);
        for (size_t i = 0; i < count; i++) {
            int64_t scaled = sums[i] < 0 ? 0 : sums[i] >> shift;
            output[begin + i] = (int16_t)(scaled > INT16_MAX ? INT16_MAX : scaled);
        }
    }
}
