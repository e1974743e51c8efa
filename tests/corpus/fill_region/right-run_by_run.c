/* helpers: fill_run */
static uint32_t fill_run(struct grid *grid, int x, int y, uint8_t old, uint8_t colour) {
    uint8_t *const row = grid->cells + y * grid->width;
    uint8_t *from = row + x, *to = row + x;
    while (from != row && from[-1] == old)
        --from;
    while (to != row + grid->width && *to == old)
        *to++ = colour;
    for (uint8_t *cell = from; cell != row + x; cell++)
        *cell = colour;
    uint32_t count = (uint32_t)(to - from);
    int first = (int)(from - row), last = (int)(to - row);
    if (y + 1 < grid->height)
        for (int i = last; i-- > first;)
            if (row[grid->width + i] == old)
                count += fill_run(grid, i, y + 1, old, colour);
    if (y > 0)
        for (int i = first; i < last; i++)
            if (grid->cells[(y - 1) * grid->width + i] == old)
                count += fill_run(grid, i, y - 1, old, colour);
    return count;
}

uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    if (y >= grid->height || x >= grid->width || (x | y) < 0)
        return 0;
    uint8_t old = grid->cells[x + y * grid->width];
    return old != colour ? fill_run(grid, x, y, old, colour) : 0;
}
/* verdict: passed */
