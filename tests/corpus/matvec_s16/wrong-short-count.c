void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    const uint16_t count = (uint16_t)cols;
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = 0;
        for (uint32_t c = 0; c < count; c++)
            sum += (int32_t)row[c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: columns counted in 16 bits: wrong from 65536 columns on */
