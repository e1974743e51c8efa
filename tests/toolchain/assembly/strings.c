/* String literals, shared between functions and with odd characters. */
#include <stdio.h>
#include <string.h>
#define API __attribute__((noinline, noclone))
API const char *greet(int x) { return x ? "hello; # world: \"quoted\"" : "tail"; }
API int count(const char *s)
{
    int n = 0;
    for (; *s; s++)
        n += strchr("aeiou\n\t\\", *s) != NULL;
    return n;
}
API void show(const char *s) { printf("%s: %d %s\n", s, count(s), __func__); }
API void tell(const char *s) { printf("<%s> %d %s\n", s, count(s), __func__); }
int main(void)
{
    show(greet(0));
    show(greet(1));
    tell("hello; # world: \"quoted\"");
    return 0;
}
