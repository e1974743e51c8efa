/* The workload. */
#include <stdio.h>
#include <stdlib.h>

void life_step(const unsigned char *cells, unsigned char *next, int rows, int columns);

enum { ROWS = 120, COLUMNS = 173 };

int main(int count, char **arguments)
{
    static unsigned char cells[2][ROWS * COLUMNS];
    int generations = count > 1 ? atoi(arguments[1]) : 4000;
    unsigned seed = 7, sum = 0;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        seed = seed * 1664525u + 1013904223u;
        cells[0][i] = seed >> 30 == 0;
    }
    for (int i = 0; i < generations; i++)
        life_step(cells[i % 2], cells[(i + 1) % 2], ROWS, COLUMNS);
    for (int i = 0; i < ROWS * COLUMNS; i++)
        sum = sum * 31 + cells[generations % 2][i];
    printf("%u\n", sum);
    return 0;
}
