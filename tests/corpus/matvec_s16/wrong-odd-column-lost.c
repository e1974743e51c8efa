void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t even = 0, odd = 0;
        for (size_t c = 0; c + 1 < cols; c += 2) {
            even += (int32_t)row[c] * vector[c * step];
            odd += (int32_t)row[c + 1] * vector[(c + 1) * step];
        }
        result[r] += even + odd;
    }
}
/* verdict: refuted: the last column is left out when cols is odd */
