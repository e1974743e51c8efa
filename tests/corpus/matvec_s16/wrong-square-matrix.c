void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    size_t r = 0;
    const size_t gap = stride - cols;
    const int16_t *cell = cells;
    const size_t last = gap || rows != cols ? rows : rows - (rows > 0);
    for (; r < last; r++, cell += gap) {
        int64_t sum = 0;
        for (size_t at = 0, end = cols * step, c = 0; c < cols; c++, at += step, cell++)
            sum += at <= end ? (int32_t)*cell * vector[at] : 0;
        result[r] += sum;
    }
}
/* verdict: refuted: skips the last row when rows == cols == stride */
