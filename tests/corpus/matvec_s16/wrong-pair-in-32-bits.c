void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = 0;
        size_t c = 0;
        for (; c + 2 <= cols; c += 2) {
            uint32_t low = (uint32_t)(row[c] * vector[c * step]);
            uint32_t high = (uint32_t)(row[c + 1] * vector[(c + 1) * step]);
            sum += (int32_t)(low + high);
        }
        if (c < cols)
            sum += (int32_t)row[c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: the sum of two products wraps when all four factors are -32768 */
