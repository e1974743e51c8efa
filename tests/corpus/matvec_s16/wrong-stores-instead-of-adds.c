void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = step == 1 ? result[r] : 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)row[c] * vector[c * step];
        result[r] = sum;
    }
}
/* verdict: refuted: the result is set, not added to: wrong unless it was zero before */
