void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    const size_t whole = cols & ~(size_t)7;
    for (size_t r = rows; r-- > 0;) {
        const int16_t *row = cells + r * stride;
        int64_t lanes[8] = {0};
        for (size_t c = 0; c < whole; c += 8)
            for (size_t k = 0; k < 8; k++)
                lanes[k] += (int32_t)row[c + k] * vector[(c + k) * step];
        for (size_t c = whole; c < cols; c++)
            lanes[c & 7] += (int32_t)row[c] * vector[c * step];
        result[r] += ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
                     ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
    }
}
/* verdict: passed */
