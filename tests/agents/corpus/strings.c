#include <stddef.h>
#include <string.h>
size_t f(char *out, const char *in, const char *drop)
{
    size_t kept = 0;
    for (; *in; in++) {
        if (strchr(drop, *in))
            continue;
        out[kept++] = *in >= 'a' && *in <= 'z' ? (char)(*in - 32) : *in;
    }
    out[kept] = 0;
    return kept;
}
// driver
#include <stddef.h>
size_t f(char *, const char *, const char *);
void drive(void)
{
    char in[300], out[300];
    for (int round = 0; round < 20; round++) {
        int n = (int)(next() % 290);
        for (int i = 0; i < n; i++)
            in[i] = (char)(32 + next() % 90);
        in[n] = 0;
        size_t kept = f(out, in, "aeiou, .");
        show(&kept, sizeof kept);
        show(out, kept + 1);
    }
}
