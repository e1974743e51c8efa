/* Plain functions on memory, where options make most difference. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#define API __attribute__((noinline, noclone))
struct block { uint32_t words[4]; };
API uint32_t hash(const void *data, size_t n)
{
    const unsigned char *p = data;
    uint32_t h = 2166136261u;
    while (n--)
        h = (h ^ *p++) * 16777619u;
    return h;
}
API int64_t dot(const int *a, const int *b, int n)
{
    int64_t s = 0;
    for (int i = 0; i < n; i++)
        s += (int64_t)a[i] * b[i];
    return s;
}
API void reverse(char *s)
{
    for (char *e = s + strlen(s) - 1; s < e; s++, e--) {
        char c = *s;
        *s = *e;
        *e = c;
    }
}
API struct block mix(struct block b)
{
    for (int i = 0; i < 4; i++)
        b.words[i] = b.words[(i + 1) & 3] * 2654435761u ^ b.words[i] >> 7;
    return b;
}
API int bits(uint64_t x)
{
    int n = 0;
    for (; x; x &= x - 1)
        n++;
    return n;
}
API void clear(unsigned char *p, int n)
{
    for (int i = 0; i < n; i++)
        p[i] = (unsigned char)(i & 1 ? 0 : p[i]);
}
int main(void)
{
    int a[50], b[50];
    char text[] = "the quick brown fox";
    for (int i = 0; i < 50; i++) {
        a[i] = i * 3 - 40;
        b[i] = 17 - i;
    }
    struct block m = mix((struct block){{1, 2, 3, 4}});
    reverse(text);
    printf("%u %lld %s %u %d\n", hash(a, sizeof a), (long long)dot(a, b, 50), text, m.words[2],
           bits(0xf0f1f2f3f4ull));
    clear((unsigned char *)text, 10);
    printf("%u\n", hash(text, sizeof text));
    return 0;
}
