/* helpers: dot_contiguous */
static int64_t dot_contiguous(const int16_t *a, const int16_t *b, size_t count) {
    int64_t even = 0, odd = 0;
    size_t c = 0;
    for (; c + 2 <= count; c += 2) {
        even += (int32_t)a[c] * b[c];
        odd += (int32_t)a[c + 1] * b[c + 1];
    }
    if (c < count)
        even += (int32_t)a[c] * b[c];
    return even + odd;
}

void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    if (step == 1) {
        for (size_t r = 0; r < rows; r++)
            result[r] += dot_contiguous(cells + r * stride, vector, cols);
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride;
        int64_t sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)row[c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: passed */
