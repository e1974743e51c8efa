void f(float *a, const float *b, float k, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = a[i] * k + b[i] * 1.1f - 0.25f;
}
// driver
void f(float *, const float *, float, int);
void drive(void)
{
    float a[203], b[203];
    for (int n = 0; n < 203; n += 29) {
        for (int i = 0; i < 203; i++) {
            a[i] = real() * 3;
            b[i] = real();
        }
        f(a, b, 1.3f, n);
        f(a + 1, a, 0.7f, n ? n - 1 : 0); /* they overlap */
        show(a, sizeof a);
    }
}
