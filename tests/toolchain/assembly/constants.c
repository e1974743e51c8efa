/* Floating point and vector constants of 4, 8, 16 and 32 bytes. */
#include <stdio.h>
#define API __attribute__((noinline, noclone))
typedef double pair __attribute__((vector_size(16)));
API float single(float x) { return x * 1.25f + 3.5f; }
API double precise(double x) { return x < 0 ? -x * 2.718281828 : x / 3.14159; }
API void scale(float *restrict out, const float *in, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = in[i] * 1.5f + 2.0f;
}
API void ramp(int *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = i * 7 + 3;
}
API pair both(pair x) { return x * (pair){1.5, -2.5} + (pair){0.25, 8.0}; }
API double sign(double x) { return -__builtin_fabs(x); }
API void fill(int *out)
{
    const int start[16] = {4, 8, 15, 16, 23, 42, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55};
    for (int i = 0; i < 16; i++)
        out[i] = start[15 - i] + start[i];
}
int main(void)
{
    float in[37], out[37];
    int numbers[37];
    for (int i = 0; i < 37; i++)
        in[i] = i * 0.5f;
    scale(out, in, 37);
    ramp(numbers, 37);
    for (int i = 0; i < 37; i++)
        printf("%g %d ", out[i], numbers[i]);
    fill(numbers);
    for (int i = 0; i < 16; i++)
        printf("%d ", numbers[i]);
    pair p = both((pair){2.0, 4.0});
    printf("\n%g %g %g %g %g %g\n", single(2), precise(-2), precise(5), p[0], p[1], sign(7));
    return 0;
}
