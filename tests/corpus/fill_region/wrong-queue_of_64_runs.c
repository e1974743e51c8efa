uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    struct {
        int16_t x, y;
    } open[64];
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return 0;
    const int width = grid->width;
    const uint8_t old = grid->cells[y * width + x];
    if (old == colour)
        return 0;
    uint32_t filled = 0;
    unsigned top = 0;
    open[top].x = (int16_t)x;
    open[top++].y = (int16_t)y;
    while (top > 0) {
        top--;
        x = open[top % 64].x;
        y = open[top % 64].y;
        uint8_t *row = &grid->cells[y * width];
        if (row[x] != old)
            continue;
        int left = x, right = x + 1;
        while (left > 0 && row[left - 1] == old)
            left--;
        while (right < width && row[right] == old)
            right++;
        memset(row + left, colour, (size_t)(right - left));
        filled += (uint32_t)(right - left);
        for (int side = -1; side <= 1; side += 2) {
            if (y + side < 0 || y + side >= grid->height)
                continue;
            const uint8_t *next = row + side * width;
            for (int i = left; i < right; i++)
                if (next[i] == old && (i == left || next[i - 1] != old)) {
                    open[top % 64].x = (int16_t)i;
                    open[top % 64].y = (int16_t)(y + side);
                    top++;
                }
        }
    }
    return filled;
}
/* verdict: refuted: keeps runs in a table of 64 that more open runs overwrite */
