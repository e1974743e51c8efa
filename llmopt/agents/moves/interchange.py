"""Source: each statement of a nest in the loop order that has neighbours in memory innermost.

Vectors then take them as they lie. Tiles are one vector: the shortest text of those that reorder.
"""

from __future__ import annotations

from llmopt.agents.example import Example, Refused
from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "neighbours",
        1.6,
        "each statement's loops in the order of memory, in vectors",
        Style(),
        Tiling(rows=0, vectors=1, jammed=0),
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(int n, double y[8], double a[32][8], const double *x)
{
    for (int j = 0; j < 8; j++)
        for (int i = 0; i < n; i++)
            y[j] += a[i][j] * x[i];
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) void f__llmopt_v4(int n, double y[8], double a[32][8], const double *x)
{
    typedef double llmopt_double __attribute__((vector_size(64)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;

    for (long llmopt_t4 = 0; (llmopt_t4 < (long)n);) {
        llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&y[0])->all;
        do {
            llmopt_kept0 = llmopt_kept0 + ((((const llmopt_double_loose *)&a[llmopt_t4][0])->all * x[llmopt_t4]));
            llmopt_t4 += 1;
        } while ((llmopt_t4 < (long)n));
        ((llmopt_double_loose *)&y[0])->all = llmopt_kept0;
    }

}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) void f__llmopt_v3(int n, double y[8], double a[32][8], const double *x)
{
    typedef double llmopt_double __attribute__((vector_size(32)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;

    for (long llmopt_t1 = 0; (llmopt_t1 <= 1); llmopt_t1 += 1) {
        for (long llmopt_t4 = 0; (llmopt_t4 < (long)n);) {
            llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&y[(4 * llmopt_t1)])->all;
            do {
                llmopt_kept0 = llmopt_kept0 + ((((const llmopt_double_loose *)&a[llmopt_t4][(4 * llmopt_t1)])->all * x[llmopt_t4]));
                llmopt_t4 += 1;
            } while ((llmopt_t4 < (long)n));
            ((llmopt_double_loose *)&y[(4 * llmopt_t1)])->all = llmopt_kept0;
        }
    }

}
#line 1
static __attribute__((noinline, noclone)) void f__llmopt_base(int n, double y[8], double a[32][8], const double *x)
{
    for (int j = 0; j < 8; j++)
        for (int i = 0; i < n; i++)
            y[j] += a[i][j] * x[i];
}
void f(int n, double y[8], double a[32][8], const double *x)
{
    if (!(((long)n >= 1) & (((unsigned long)y + (unsigned long)(7 + 1) * sizeof *y <= (unsigned long)a) | ((unsigned long)a + (unsigned long)(((long)n - 1) + 1) * sizeof *a <= (unsigned long)y)) & (((unsigned long)y + (unsigned long)(7 + 1) * sizeof *y <= (unsigned long)x) | ((unsigned long)x + (unsigned long)(((long)n - 1) + 1) * sizeof *x <= (unsigned long)y))))
    { f__llmopt_base(n, y, a, x); return; }
    if (__builtin_cpu_supports("x86-64-v4"))
    { f__llmopt_v4(n, y, a, x); return; }
    if (__builtin_cpu_supports("x86-64-v3"))
    { f__llmopt_v3(n, y, a, x); return; }
    { f__llmopt_base(n, y, a, x); return; }
}""",
    ),
)

REFUSED = (
    Refused(
        "void f(int n, double *a) { for (int i = 1; i < n; i++) a[i] += a[i - 1]; }",
        "no legal order",
    ),
    Refused(
        "void f(int n, float *a) { for (int i = 0; i < n; i++) a[i] *= 0.1; }",
        "computes in another type",
    ),
)
