"""Source: a variable for every point of a block, so that points need not wait for each other.

`sum` in the innermost loops is one variable for all elements that are summed up. With one for each
of 4 by 16 elements, they are computed as a tile.
"""

from __future__ import annotations

from llmopt.agents.example import Example, Refused
from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "blocks",
        2.4,
        "two outer loops in blocks of 4 by 16, with variables for each point",
        Style((4, 16)),
        Tiling(),
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(int n, double c[4][16], double a[4][32], double b[32][16])
{
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 16; j++) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) void f__llmopt_v4(int n, double c[4][16], double a[4][32], double b[32][16])
{
    typedef double llmopt_double __attribute__((vector_size(64)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;

    double llmopt_sum_S0[4][16];
    for (long llmopt_t8 = 0; (llmopt_t8 <= 3); llmopt_t8 += 1) {
        {
            const llmopt_double llmopt_new0 = ((llmopt_double){((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0))});
            const llmopt_double llmopt_new1 = ((llmopt_double){((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0)), ((double)(0))});
            ((llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][(0) & 15])->all = llmopt_new0;
            ((llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][(0 + 8) & 15])->all = llmopt_new1;
        }
    }
    for (long llmopt_t10 = 0; (llmopt_t10 < (long)n);) {
        llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][(0) & 15])->all;
        llmopt_double llmopt_kept1 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][(0 + 8) & 15])->all;
        llmopt_double llmopt_kept2 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][(0) & 15])->all;
        llmopt_double llmopt_kept3 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][(0 + 8) & 15])->all;
        llmopt_double llmopt_kept4 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][(0) & 15])->all;
        llmopt_double llmopt_kept5 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][(0 + 8) & 15])->all;
        llmopt_double llmopt_kept6 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][(0) & 15])->all;
        llmopt_double llmopt_kept7 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][(0 + 8) & 15])->all;
        do {
            llmopt_kept0 = llmopt_kept0 + ((a[0][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0])->all));
            llmopt_kept1 = llmopt_kept1 + ((a[0][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0 + 8])->all));
            llmopt_kept2 = llmopt_kept2 + ((a[0 + 1][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0])->all));
            llmopt_kept3 = llmopt_kept3 + ((a[0 + 1][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0 + 8])->all));
            llmopt_kept4 = llmopt_kept4 + ((a[0 + 2][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0])->all));
            llmopt_kept5 = llmopt_kept5 + ((a[0 + 2][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0 + 8])->all));
            llmopt_kept6 = llmopt_kept6 + ((a[0 + 3][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0])->all));
            llmopt_kept7 = llmopt_kept7 + ((a[0 + 3][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][0 + 8])->all));
            llmopt_t10 += 1;
        } while ((llmopt_t10 < (long)n));
        ((llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][(0) & 15])->all = llmopt_kept0;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][(0 + 8) & 15])->all = llmopt_kept1;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][(0) & 15])->all = llmopt_kept2;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][(0 + 8) & 15])->all = llmopt_kept3;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][(0) & 15])->all = llmopt_kept4;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][(0 + 8) & 15])->all = llmopt_kept5;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][(0) & 15])->all = llmopt_kept6;
        ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][(0 + 8) & 15])->all = llmopt_kept7;
    }
    for (long llmopt_t8 = 0; (llmopt_t8 <= 3); llmopt_t8 += 1) {
        {
            const llmopt_double llmopt_new0 = ((const llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][(0) & 15])->all;
            const llmopt_double llmopt_new1 = ((const llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][(0 + 8) & 15])->all;
            ((llmopt_double_loose *)&c[llmopt_t8][0])->all = llmopt_new0;
            ((llmopt_double_loose *)&c[llmopt_t8][0 + 8])->all = llmopt_new1;
        }
    }

}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) void f__llmopt_v3(int n, double c[4][16], double a[4][32], double b[32][16])
{
    typedef double llmopt_double __attribute__((vector_size(32)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;

    double llmopt_sum_S0[4][16];
    for (long llmopt_t5 = 0; (llmopt_t5 <= 1); llmopt_t5 += 1) {
        for (long llmopt_t8 = 0; (llmopt_t8 <= 3); llmopt_t8 += 1) {
            {
                const llmopt_double llmopt_new0 = ((llmopt_double){((double)(0)), ((double)(0)), ((double)(0)), ((double)(0))});
                const llmopt_double llmopt_new1 = ((llmopt_double){((double)(0)), ((double)(0)), ((double)(0)), ((double)(0))});
                ((llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][((8 * llmopt_t5)) & 15])->all = llmopt_new0;
                ((llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][((8 * llmopt_t5) + 4) & 15])->all = llmopt_new1;
            }
        }
    }
    for (long llmopt_t5 = 0; (llmopt_t5 <= 1); llmopt_t5 += 1) {
        for (long llmopt_t10 = 0; (llmopt_t10 < (long)n);) {
            llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][((8 * llmopt_t5)) & 15])->all;
            llmopt_double llmopt_kept1 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][((8 * llmopt_t5) + 4) & 15])->all;
            llmopt_double llmopt_kept2 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][((8 * llmopt_t5)) & 15])->all;
            llmopt_double llmopt_kept3 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][((8 * llmopt_t5) + 4) & 15])->all;
            llmopt_double llmopt_kept4 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][((8 * llmopt_t5)) & 15])->all;
            llmopt_double llmopt_kept5 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][((8 * llmopt_t5) + 4) & 15])->all;
            llmopt_double llmopt_kept6 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][((8 * llmopt_t5)) & 15])->all;
            llmopt_double llmopt_kept7 = ((const llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][((8 * llmopt_t5) + 4) & 15])->all;
            do {
                llmopt_kept0 = llmopt_kept0 + ((a[0][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5)])->all));
                llmopt_kept1 = llmopt_kept1 + ((a[0][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5) + 4])->all));
                llmopt_kept2 = llmopt_kept2 + ((a[0 + 1][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5)])->all));
                llmopt_kept3 = llmopt_kept3 + ((a[0 + 1][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5) + 4])->all));
                llmopt_kept4 = llmopt_kept4 + ((a[0 + 2][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5)])->all));
                llmopt_kept5 = llmopt_kept5 + ((a[0 + 2][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5) + 4])->all));
                llmopt_kept6 = llmopt_kept6 + ((a[0 + 3][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5)])->all));
                llmopt_kept7 = llmopt_kept7 + ((a[0 + 3][llmopt_t10] * ((const llmopt_double_loose *)&b[llmopt_t10][(8 * llmopt_t5) + 4])->all));
                llmopt_t10 += 1;
            } while ((llmopt_t10 < (long)n));
            ((llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][((8 * llmopt_t5)) & 15])->all = llmopt_kept0;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0) & 3][((8 * llmopt_t5) + 4) & 15])->all = llmopt_kept1;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][((8 * llmopt_t5)) & 15])->all = llmopt_kept2;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 1) & 3][((8 * llmopt_t5) + 4) & 15])->all = llmopt_kept3;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][((8 * llmopt_t5)) & 15])->all = llmopt_kept4;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 2) & 3][((8 * llmopt_t5) + 4) & 15])->all = llmopt_kept5;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][((8 * llmopt_t5)) & 15])->all = llmopt_kept6;
            ((llmopt_double_loose *)&llmopt_sum_S0[(0 + 3) & 3][((8 * llmopt_t5) + 4) & 15])->all = llmopt_kept7;
        }
    }
    for (long llmopt_t5 = 0; (llmopt_t5 <= 1); llmopt_t5 += 1) {
        for (long llmopt_t8 = 0; (llmopt_t8 <= 3); llmopt_t8 += 1) {
            {
                const llmopt_double llmopt_new0 = ((const llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][((8 * llmopt_t5)) & 15])->all;
                const llmopt_double llmopt_new1 = ((const llmopt_double_loose *)&llmopt_sum_S0[(llmopt_t8) & 3][((8 * llmopt_t5) + 4) & 15])->all;
                ((llmopt_double_loose *)&c[llmopt_t8][(8 * llmopt_t5)])->all = llmopt_new0;
                ((llmopt_double_loose *)&c[llmopt_t8][(8 * llmopt_t5) + 4])->all = llmopt_new1;
            }
        }
    }

}
#line 1
static __attribute__((noinline, noclone)) void f__llmopt_base(int n, double c[4][16], double a[4][32], double b[32][16])
{
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 16; j++) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}
void f(int n, double c[4][16], double a[4][32], double b[32][16])
{
    if (!((((long)n >= 1) & ((long)n <= 32)) & (((unsigned long)a + (unsigned long)(3 + 1) * sizeof *a <= (unsigned long)c) | ((unsigned long)c + (unsigned long)(3 + 1) * sizeof *c <= (unsigned long)a)) & (((unsigned long)b + (unsigned long)(((long)n - 1) + 1) * sizeof *b <= (unsigned long)c) | ((unsigned long)c + (unsigned long)(3 + 1) * sizeof *c <= (unsigned long)b))))
    { f__llmopt_base(n, c, a, b); return; }
    if (__builtin_cpu_supports("x86-64-v4"))
    { f__llmopt_v4(n, c, a, b); return; }
    if (__builtin_cpu_supports("x86-64-v3"))
    { f__llmopt_v3(n, c, a, b); return; }
    { f__llmopt_base(n, c, a, b); return; }
}""",
    ),
)

REFUSED = (
    Refused(
        "double last; void f(int n, double *a) { for (int i = 0; i < n; i++) last = a[i]; }",
        "which others see",
    ),
)
