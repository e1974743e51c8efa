/* Conway's game of life on a torus. */

/* The cells of the next generation; 1 is alive. */
void life_step(const unsigned char *cells, unsigned char *next, int rows, int columns)
{
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            int around = 0;
            for (int down = -1; down <= 1; down++)
                for (int right = -1; right <= 1; right++)
                    if (down || right)
                        around += cells[(row + down + rows) % rows * columns +
                                        (column + right + columns) % columns];
            int alive = cells[row * columns + column];
            next[row * columns + column] = around == 3 || (alive && around == 2);
        }
}
