/* Static functions that one build inlines and another calls: in a row, twice, with tables and data
   of their own, one that calls itself, one whose address is taken as well. */
#include <stdio.h>
#define API __attribute__((noinline))
static int calls;
static const char *const names[] = {"zero", "one", "two", "many"};
static unsigned scale(unsigned x) { calls++; return x * 2654435761u >> 7; }
static int kind(unsigned x)
{
    switch (x & 7) {
    case 0: return calls * 3;
    case 1: return (int)scale(x) + 5;
    case 2: return (int)(x ^ 77);
    case 3: return (int)x / 3;
    case 4: return 12 - (int)x;
    default: return (int)(scale(x + 1) % 100u);
    }
}
static const char *spell(int x) { return names[x < 3 && x >= 0 ? x : 3]; }
static long steps(long x) { return x <= 1 ? 0 : 1 + steps(x % 2 ? 3 * x + 1 : x / 2); }
static int twist(int x) { return x * 31 + 7; }
API int sum(const unsigned *x, int n)
{
    int r = 0;
    for (int i = 0; i < n; i++)
        r = r * 5 + kind(x[i]);
    return r;
}
API const char *word(unsigned x) { return spell(kind(x) % 5); }
API long length(long x) { return steps(x) + steps(x + 1); }
API int turn(int x) { return twist(twist(x)); }
API int (*choose(int x))(int) { return x ? twist : 0; }
int main(void)
{
    unsigned x[64];
    for (unsigned i = 0; i < 64; i++)
        x[i] = i * 40503u;
    printf("%d %d\n", sum(x, 64), calls);
    for (unsigned i = 0; i < 12; i++)
        printf("%s %ld %d\n", word(i), length(i + 20), turn((int)i));
    printf("%d %d\n", calls, choose(1)(3) == turn(3));
    return 0;
}
