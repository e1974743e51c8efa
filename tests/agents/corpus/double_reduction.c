#include <math.h>
double f(const double *x, const double *y, int n)
{
    double sum = 0.0, most = -1e300;
    for (int i = 0; i < n; i++) {
        double d = x[i] - y[i];
        sum += d * d;
        most = fmax(most, x[i] * y[i]);
    }
    return sqrt(sum) + most;
}
// driver
double f(const double *, const double *, int);
void drive(void)
{
    double x[301], y[301];
    for (int i = 0; i < 301; i++) {
        x[i] = real() * 1e3;
        y[i] = real() / 7;
    }
    for (int n = 0; n < 301; n += 23) {
        double r = f(x, y, n);
        show(&r, sizeof r);
    }
}
