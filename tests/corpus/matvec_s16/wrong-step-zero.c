void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    if (step <= 1) {
        for (size_t r = 0; r < rows; r++) {
            const int16_t *row = cells + r * stride;
            int64_t sum = 0;
            for (size_t c = 0; c < cols; c++)
                sum += (int32_t)row[c] * vector[c];
            result[r] += sum;
        }
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        int64_t sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)cells[r * stride + c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: step 0 is taken for a contiguous vector: reads the elements behind the first */
