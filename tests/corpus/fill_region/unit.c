/* A map of cells, at most 128 by 128, and the fill of a region of one colour. */
#include <stdint.h>
#include <string.h>

enum { GRID_SIDE = 128 };

struct grid {
    int width, height;
    uint8_t cells[GRID_SIDE * GRID_SIDE]; /* row by row, without gaps */
};

int grid_init(struct grid *grid, int width, int height, uint8_t colour);
uint32_t fill_region(struct grid *grid, int x, int y, uint8_t colour);

int grid_init(struct grid *grid, int width, int height, uint8_t colour) {
    if (width < 0 || height < 0 || width > GRID_SIDE || height > GRID_SIDE)
        return -1;
    grid->width = width;
    grid->height = height;
    memset(grid->cells, colour, sizeof grid->cells);
    return 0;
}

/* Colours the region of equal cells around (x, y), joined by edges and not by corners. Returns how
   many cells changed; none outside the grid, or if they have that colour already. */
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
        if (y + side < 0 || y + side >= grid->height)
            continue;
        const uint8_t *next = row + side * grid->width;
        for (int i = left; i < right; i++)
            if (next[i] == old)
                filled += fill_region(grid, i, y + side, colour);
    }
    return filled;
}
