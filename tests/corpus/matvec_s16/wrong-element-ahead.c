void matvec_s16(int64_t *result, const int16_t *cells, size_t rows, size_t cols, size_t stride,
                const int16_t *vector, size_t step) {
    if (cols == 0)
        return;
    for (size_t r = 0; r < rows; r++) {
        const int16_t *row = cells + r * stride, *element = vector;
        int64_t sum = 0;
        int32_t weight = *row, value = *element;
        for (size_t c = 0; c < cols; c++) {
            int32_t product = weight * value;
            weight = *++row;
            element += step;
            value = *element;
            sum += product;
        }
        result[r] += sum;
    }
}
/* verdict: refuted: loads the element behind the last one of the row and of the vector */
