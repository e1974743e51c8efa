/* A dense switch (jump table), and one that becomes a table of values or of strings. */
#include <stdio.h>
#define API __attribute__((noinline, noclone))
int steps;
API int act(int what, int x)
{
    switch (what) {
    case 0: return x + 1;
    case 1: steps++; return x * 3;
    case 2: printf("two %d\n", x); return x - 7;
    case 3: return x ^ steps;
    case 4: puts("four"); return -x;
    case 5: return x / 3;
    case 6: return x << 2;
    case 7: steps += x; return steps;
    }
    return 0;
}
API const char *name(int what)
{
    switch (what) {
    case 0: return "zero";
    case 1: return "one";
    case 2: return "two";
    case 3: return "three";
    case 4: return "four";
    case 5: return "five";
    }
    return "many";
}
API int value(int what)
{
    switch (what) {
    case 0: return 17;
    case 1: return -4;
    case 2: return 99;
    case 3: return 1234;
    case 4: return 5;
    case 5: return 71;
    case 6: return 2;
    }
    return -1;
}
int main(void)
{
    for (int i = -1; i < 9; i++)
        printf("%d %s %d\n", act(i, i * 11 + 5), name(i), value(i));
    return 0;
}
