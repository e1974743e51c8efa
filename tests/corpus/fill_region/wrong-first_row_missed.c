uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return 0;
    uint8_t *row = &grid->cells[y * grid->width];
    const uint8_t old = row[x];
    if (old == colour)
        return 0;
    int left = x;
    int right = x + 1;
    while (left > 0 && row[left - 1] == old)
        left--;
    while (right < grid->width && row[right] == old)
        right++;
    memset(row + left, colour, (size_t)(right - left));
    uint32_t filled = (uint32_t)(right - left);
    for (int side = -1; side <= 1; side += 2) {
        if ((side < 0 && y <= 1) || y + side >= grid->height)
            continue;
        const uint8_t *next = row + side * grid->width;
        for (int i = left; i < right; i++)
            if (next[i] == old)
                filled += fill_region(grid, i, y + side, colour);
    }
    return filled;
}
/* verdict: refuted: the first row is never reached from the one below it */
