void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    size_t r = 0;
    int32_t first = cols ? cells[0] * vector[0] : 0;
    int64_t sum = first;
    for (size_t c = 1; c < cols; c++)
        sum += (int32_t)cells[c] * vector[c * step];
    while (r < rows) {
        result[r] += sum;
        if (++r == rows)
            break;
        sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)cells[r * stride + c] * vector[c * step];
    }
}
/* verdict: refuted: with rows 0 the vector is read all the same */
