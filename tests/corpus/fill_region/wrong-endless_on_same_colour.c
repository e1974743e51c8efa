/* helpers: spread */
static uint32_t spread(struct grid *grid, int x, int y, uint8_t old, uint8_t colour) {
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height ||
        grid->cells[y * grid->width + x] != old)
        return 0;
    grid->cells[y * grid->width + x] = colour;
    return 1 + spread(grid, x - 1, y, old, colour) + spread(grid, x + 1, y, old, colour) +
           spread(grid, x, y - 1, old, colour) + spread(grid, x, y + 1, old, colour);
}

uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return 0;
    return spread(grid, x, y, grid->cells[y * grid->width + x], colour);
}
/* verdict: refuted: filling with the colour that is there recurses until the stack ends */
