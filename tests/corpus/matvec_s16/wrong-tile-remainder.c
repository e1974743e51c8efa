void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    const size_t tile = cols > 4096 ? 8 : cols;
    for (size_t r = 0; r < rows && tile; r++) {
        int64_t sum = 0;
        for (size_t begin = 0; begin + tile <= cols; begin += tile)
            for (size_t c = begin; c < begin + tile; c++)
                sum += (int32_t)cells[r * stride + c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: beyond 4096 columns, up to 7 columns at the end of the tiles are left out */
