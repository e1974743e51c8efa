/* A constant table, static variables that are written, static locals of the same name. */
#include <stdio.h>
#define API __attribute__((noinline, noclone))
static const double weights[] = {0.5, 1.25, -3.0, 8.0};
static const char *const words[] = {"red", "green", "blue"};
static int total;
static int history[8] = {3, 1, 4, 1, 5};
int shared[5] = {1, 2, 3, 4, 5};
API double weigh(const int *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += weights[i & 3] * x[i];
    return sum;
}
API const char *word(int i) { return words[i % 3]; }
API int note(int x)
{
    static int calls;
    history[calls++ & 7] = x;
    total += x;
    return calls;
}
API int again(int x)
{
    static int calls = 100;
    total -= x;
    return calls += history[x & 7];
}
API int sum(void)
{
    int s = total;
    for (int i = 0; i < 8; i++)
        s += history[i];
    for (int i = 0; i < 5; i++)
        s += shared[i]++;
    return s;
}
int main(void)
{
    for (int i = 0; i < 12; i++) {
        int n = note(i * 3), a = again(i), s = sum();
        printf("%d %d %d %s %g\n", n, a, s, word(i), weigh(shared, 5));
    }
    return 0;
}
