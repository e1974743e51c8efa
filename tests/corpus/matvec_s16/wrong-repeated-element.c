void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = 0;
        if (step == 0 && cols) { /* one element for all */
            uint32_t all = 0;
            for (size_t c = 0; c < cols; c++)
                all += (uint32_t)row[c];
            sum = (int64_t)(int32_t)all * vector[0];
        } else {
            for (size_t c = 0; c < cols; c++)
                sum += (int32_t)row[c] * vector[c * step];
        }
        result[r] += sum;
    }
}
/* verdict: refuted: with step 0 the cells are summed up in 32 bits: a row of 65539 cells of 32767, or of 65537 of -32768 */
