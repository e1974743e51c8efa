void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    int16_t packed[256];
    if (rows == 0)
        return;
    for (size_t begin = 0; begin < cols; begin += 256) {
        size_t count = cols - begin < 256 ? cols - begin : 256;
        for (size_t i = 0; i < count; i++)
            packed[i] = vector[(begin + i) * step];
        for (size_t r = 0; r < rows; r++) {
            const int16_t *row = cells + r * stride + begin;
            int64_t sum = 0;
            for (size_t i = 0; i < count; i++)
                sum += (int32_t)row[i] * packed[i];
            result[r] += sum;
        }
    }
}
/* verdict: passed */
