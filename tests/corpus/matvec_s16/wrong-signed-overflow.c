void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = 0;
        size_t c = 0;
        for (; c + 4 <= cols; c += 4)
            sum += row[c] * vector[c * step] + row[c + 1] * vector[(c + 1) * step] +
                   row[c + 2] * vector[(c + 2) * step] + row[c + 3] * vector[(c + 3) * step];
        for (; c < cols; c++)
            sum += (int32_t)row[c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: refuted: sums of four products overflow int: undefined for large factors */
