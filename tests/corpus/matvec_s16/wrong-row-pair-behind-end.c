void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r += 2) {
        const int16_t *upper = cells + r * stride;
        const int16_t *lower = r + 1 < rows ? upper + stride : upper;
        const int32_t kept = r + 1 < rows;
        int64_t a = 0, b = 0;
        for (size_t c = 0; c < cols; c++) {
            a += (int32_t)upper[c] * vector[c * step];
            b += lower[c] * (kept * vector[c * step]);
        }
        result[r] += a;
        result[r + 1] += b;
    }
}
/* verdict: refuted: with an odd number of rows, result[rows] is read and written back */
