/* Interpreters whose tables of labels are data that points into the body. */
#include <stdio.h>
#define API __attribute__((noinline, noclone))
API int interpret(const unsigned char *code, int acc)
{
    static const void *const dispatch[] = {&&add, &&mul, &&neg, &&loop, &&stop};
    int left = 3;
    goto *dispatch[*code++];
add:
    acc += *code++;
    goto *dispatch[*code++];
mul:
    acc *= *code++;
    goto *dispatch[*code++];
neg:
    acc = -acc;
    goto *dispatch[*code++];
loop:
    if (left-- > 0)
        code -= *code;
    else
        code++;
    goto *dispatch[*code++];
stop:
    return acc;
}
API int other(const unsigned char *code)
{
    static void *dispatch[] = {&&even, &&odd, &&end};
    int sum = 0;
    goto *dispatch[*code++];
even:
    sum += 2;
    goto *dispatch[*code++];
odd:
    sum = sum * 5 + 1;
    goto *dispatch[*code++];
end:
    return sum;
}
int main(void)
{
    static const unsigned char code[] = {0, 5, 1, 3, 2, 3, 6, 0, 1, 4};
    static const unsigned char more[] = {0, 1, 1, 0, 2};
    printf("%d %d\n", interpret(code, 2), other(more));
    return 0;
}
