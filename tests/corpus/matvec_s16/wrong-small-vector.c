/* helpers: is_small */
static int is_small(const int16_t *vector, size_t cols, size_t step) {
    for (size_t c = 0; c < cols; c++)
        if (vector[c * step] >> 13 != vector[c * step] >> 15) /* 14 bits with the sign */
            return 0;
    return 1;
}

void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    const int small = rows && is_small(vector, cols, step);
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = 0;
        size_t c = 0;
        for (; small && cols - c >= 8; c += 8) {
            int32_t eight = 0; /* of 13 + 15 + 3 bits */
            for (size_t k = 0; k < 8; k++)
                eight += (int32_t)row[c + k] * vector[(c + k) * step];
            sum += eight;
        }
        for (; c < cols; c++)
            sum += (int32_t)row[c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: eight products of -32768 and -8192 are 2^31 and overflow: one row of 8 cells of -32768, a vector of -8192 */
