/* Variable arguments, structures by value, inline assembly, long double. */
#include <stdarg.h>
#include <stdio.h>
#define API __attribute__((noinline, noclone))
struct point { double x, y; long tag; };
struct tiny { int a, b; };
API int add(int n, ...)
{
    va_list list;
    int sum = 0;
    va_start(list, n);
    while (n-- > 0)
        sum += va_arg(list, int);
    va_end(list);
    return sum;
}
API struct point move(struct point p, struct tiny t)
{
    p.x += t.a * 0.5;
    p.y -= t.b * 1.5;
    p.tag ^= t.a * t.b;
    return p;
}
API struct tiny swap(struct tiny t) { return (struct tiny){t.b, t.a}; }
API int assembled(int x)
{
    int r;
    __asm__("movl %1, %0\n\ttestl %0, %0\n\tjns positive%=\n\tnegl %0\npositive%=: addl $1, %0"
            : "=&r"(r) : "r"(x));
    __asm__ volatile("jmp 1f\n\tud2\n1:\tnop ; nop" ::: "memory");
    return r;
}
API long double extended(long double x) { return x * 1.1L + 0.3L; }
API int variable(int n)
{
    int x[n];
    for (int i = 0; i < n; i++)
        x[i] = i * i;
    return x[n / 2] + add(3, x[0], x[n - 1], n);
}
int main(void)
{
    struct point p = move((struct point){1, 2, 3}, swap((struct tiny){4, 5}));
    printf("%g %g %ld %d %d %d %.6Lf %d\n", p.x, p.y, p.tag, add(4, 1, 2, 3, 4), assembled(-6),
           assembled(6), extended(2), variable(9));
    return 0;
}
