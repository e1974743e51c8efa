void f(int n, double *c, const double *a, const double *b)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i * n + k] * b[k * n + j];
            c[i * n + j] += sum;
        }
}
// driver
void f(int, double *, const double *, const double *);
void drive(void)
{
    double a[40 * 40], b[40 * 40], c[40 * 40] = {0};
    for (int i = 0; i < 1600; i++) {
        a[i] = real();
        b[i] = real() * 100;
    }
    for (int n = 0; n <= 40; n += 8) {
        f(n, c, a, b);
        f(n, c, c, b); /* they overlap */
        show(c, sizeof c);
    }
}
