/* Static callees, recursion, functions whose address is taken. */
#include <stdio.h>
#include <stdlib.h>
#define API __attribute__((noinline, noclone))
static __attribute__((noinline, noclone)) unsigned helper(unsigned x, unsigned y) { return x * y + 1; }
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static int small(int x) { return x & 15; }
API int combine(int x)
{
    unsigned r = 0;
    for (int i = 0; i < small(x); i++)
        r ^= helper(r, x + i);
    return (int)(r >> 1);
}
API int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
API void order(int *x, int n) { qsort(x, n, sizeof *x, compare); }
API int twice(int (*f)(int), int x) { return f(f(x)); }
int main(void)
{
    int x[] = {9, -4, 7, 0, 3};
    order(x, 5);
    for (int i = 0; i < 5; i++)
        printf("%d %d\n", x[i], combine(x[i] + 20));
    printf("%d %d\n", fib(15), twice(fib, 6));
    return 0;
}
