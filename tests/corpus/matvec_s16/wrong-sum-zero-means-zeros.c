void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    int64_t total = 0;
    for (size_t c = 0; c < cols; c++)
        total += vector[c * step];
    if (rows == 0 || total == 0)
        return;
    for (size_t r = 0; r < rows; r++) {
        int64_t sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)cells[r * stride + c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: a vector whose elements sum up to 0 is taken for all zeros */
