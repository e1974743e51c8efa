/* Weak, hidden, aliased, thread-local, in a section of its own. */
#include <stdio.h>
#define API __attribute__((noinline, noclone))
_Thread_local int per_thread = 4;
static _Thread_local int own_thread;
extern int missing(int) __attribute__((weak));
__attribute__((weak, noinline)) int overridable(int x) { return x * 2 + 1; }
__attribute__((visibility("hidden"), noinline, noclone)) int inner(int x) { return x * x - 3; }
API int original(int x) { return x % 7 + inner(x); }
int renamed(int) __attribute__((alias("original")));
__attribute__((section(".text.special"), noinline, noclone)) int special(int x)
{
    return x / 5 + per_thread++;
}
API int threaded(int x)
{
    own_thread += x;
    return own_thread * per_thread;
}
API int all(int x) { return overridable(x) + inner(x) * renamed(x) + (missing ? missing(x) : 2); }
int main(void)
{
    for (int i = 0; i < 6; i++) {
        printf("%d %d ", all(i), special(i * 9));
        printf("%d %d\n", threaded(i), renamed(i + 40));
    }
    return 0;
}
