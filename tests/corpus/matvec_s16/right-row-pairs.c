void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    size_t r = 0;
    for (; rows - r >= 2; r += 2) {
        const int16_t *upper = cells + r * stride, *lower = upper + stride;
        int64_t a = 0, b = 0;
        for (size_t c = 0, at = 0; c < cols; c++, at += step) {
            int32_t element = vector[at];
            a += upper[c] * element;
            b += lower[c] * element;
        }
        result[r] += a;
        result[r + 1] += b;
    }
    if (r < rows) {
        int64_t sum = 0;
        for (size_t c = 0; c < cols; c++)
            sum += (int32_t)cells[r * stride + c] * vector[c * step];
        result[r] += sum;
    }
}
/* verdict: passed */
