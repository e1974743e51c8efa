/* Unlikely paths, of which gcc makes cold parts. */
#include <stdio.h>
#include <stdlib.h>
#define API __attribute__((noinline, noclone))
static int errors;
__attribute__((cold, noinline)) void complain(int x)
{
    errors++;
    printf("bad %d\n", x);
}
API int checked(const int *p, int n)
{
    int r = 0;
    for (int i = 0; i < n; i++) {
        if (__builtin_expect(p[i] < 0, 0)) {
            complain(i);
            for (int j = 0; j < i; j++)
                r ^= p[j] * j;
            complain(r);
        }
        r += p[i];
    }
    return r;
}
API int quotient(int a, int b)
{
    if (__builtin_expect(b == 0, 0)) {
        complain(a);
        if (a > 1000)
            abort();
        return errors;
    }
    return a / b;
}
int main(void)
{
    static const int x[] = {3, 9, -2, 8, -7, 6};
    printf("%d %d %d %d\n", checked(x, 6), quotient(17, 3), quotient(9, 0), errors);
    return 0;
}
