/* helpers: spread */
static uint32_t spread(struct grid *grid, int at, int x, int y, uint8_t old, uint8_t colour) {
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height || grid->cells[at] != old)
        return 0;
    grid->cells[at] = colour;
    return 1 + spread(grid, at - 1, x - 1, y, old, colour) +
           spread(grid, at + 1, x + 1, y, old, colour) +
           spread(grid, at - grid->width, x, y - 1, old, colour) +
           spread(grid, at + grid->width, x, y + 1, old, colour);
}

uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    if (x < 0 || x >= grid->width || y < 0 || y >= grid->height)
        return 0;
    int at = y * grid->width + x;
    uint8_t old = grid->cells[at];
    return old == colour ? 0 : spread(grid, at, x, y, old, colour);
}
/* verdict: passed */
