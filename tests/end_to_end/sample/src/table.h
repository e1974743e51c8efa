#ifndef TABLE_H
#define TABLE_H

struct table {
    int rows, columns;
    double bias;
    double *cells;
};

void covariance(double *out, const struct table *table);
double smooth(const double *values, int count);
double trace(const double *out, const struct table *table);

void fill(struct table *table);
double checksum(const double *values, int count);

#endif
