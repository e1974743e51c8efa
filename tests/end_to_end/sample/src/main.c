#include "table.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int size = argc > 1 ? atoi(argv[1]) : 10;
    int times = argc > 2 ? atoi(argv[2]) : 1;
    size_t cells = (size_t)(size > 0 ? size * size : 1);
    struct table table = {.rows = size, .columns = size, .bias = 0.25};
    table.cells = calloc(cells, sizeof *table.cells);
    double *out = calloc(cells, sizeof *out);
    if (!table.cells || !out)
        return 1;
    fill(&table);
    for (int i = 0; i < times; i++) {
        covariance(out, &table);
        for (int j = 0; j < 8; j++)
            table.cells[j % cells] += smooth(out, size * size) * 1e-9;
    }
    printf("%.17g %.17g\n", trace(out, &table), checksum(out, size * size));
    free(out);
    free(table.cells);
    return 0;
}
