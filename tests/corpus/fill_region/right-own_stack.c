uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour) {
    uint16_t stack[GRID_SIDE * GRID_SIDE];
    const int width = grid->width, height = grid->height;
    if ((unsigned)x >= (unsigned)width || (unsigned)y >= (unsigned)height)
        return 0;
    int start = y * width + x;
    const uint8_t old = grid->cells[start];
    if (old == colour)
        return 0;
    /* A cell is coloured when it is pushed: each is pushed once, and all fit. */
    uint32_t pushed = 1, top = 0;
    stack[top++] = (uint16_t)start;
    grid->cells[start] = colour;
    while (top > 0) {
        int at = stack[--top];
        int column = at % width;
        const int next[4] = {column > 0 ? at - 1 : -1, column + 1 < width ? at + 1 : -1, at - width,
                             at + width < width * height ? at + width : -1};
        for (int i = 0; i < 4; i++) {
            if (next[i] >= 0 && grid->cells[next[i]] == old) {
                grid->cells[next[i]] = colour;
                stack[top++] = (uint16_t)next[i];
                pushed++;
            }
        }
    }
    return pushed;
}
/* verdict: passed */
