#include "table.h"

#include <constants.h>

// The columns against each other.
void covariance(double *out, const struct table *table)
{
    int rows = table->rows, columns = table->columns;
    const double *cells = table->cells;
    for (int i = 0; i < columns; i++)
        for (int j = 0; j < columns; j++) {
            double sum = table->bias;
            for (int k = 0; k < rows; k++)
                sum += cells[k * columns + i] * cells[k * columns + j];
            out[i * columns + j] = SCALE * sum;
        }
}

// Each value pulled towards the one before it: a chain that no compiler shortens.
double smooth(const double *values, int count)
{
    double last = 0;
    for (int i = 0; i < count; i++)
        last = last * 0.75 + values[i];
    return last;
}

double trace(const double *out, const struct table *table)
{
    double sum = 0;
    for (int i = 0; i < table->columns; i++)
        sum += out[i * table->columns + i];
    return sum;
}
