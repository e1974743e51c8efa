"""Source: sums that wait for each other's roundings, several side by side (unroll-and-jam).

A sum in a fixed order takes as long as its additions follow each other; those of other rows need
not wait for it.
"""

from __future__ import annotations

from llmopt.agents.example import Example, Refused
from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "jam",
        1.9,
        "8 rows of each nest side by side",
        Style(),
        Tiling(rows=0, vectors=0),
    ),
    nest_move(
        "jam-inner",
        1.5,
        "8 rows side by side, within the outermost loop",
        Style((0, 8)),
        Tiling(),
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(int n, double y[8], double a[8][32], const double *x)
{
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < n; j++)
            y[i] += a[i][j] * x[j];
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) void f__llmopt_v4(int n, double y[8], double a[8][32], const double *x)
{

    for (long llmopt_t4 = 0; (llmopt_t4 < (long)n);) {
        double llmopt_kept0 = y[0];
        double llmopt_kept1 = y[0 + 1];
        double llmopt_kept2 = y[0 + 2];
        double llmopt_kept3 = y[0 + 3];
        double llmopt_kept4 = y[0 + 4];
        double llmopt_kept5 = y[0 + 5];
        double llmopt_kept6 = y[0 + 6];
        double llmopt_kept7 = y[0 + 7];
        do {
            llmopt_kept0 = llmopt_kept0 + ((a[0][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept1 = llmopt_kept1 + ((a[0 + 1][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept2 = llmopt_kept2 + ((a[0 + 2][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept3 = llmopt_kept3 + ((a[0 + 3][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept4 = llmopt_kept4 + ((a[0 + 4][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept5 = llmopt_kept5 + ((a[0 + 5][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept6 = llmopt_kept6 + ((a[0 + 6][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept7 = llmopt_kept7 + ((a[0 + 7][llmopt_t4] * x[llmopt_t4]));
            llmopt_t4 += 1;
        } while ((llmopt_t4 < (long)n));
        y[0] = llmopt_kept0;
        y[0 + 1] = llmopt_kept1;
        y[0 + 2] = llmopt_kept2;
        y[0 + 3] = llmopt_kept3;
        y[0 + 4] = llmopt_kept4;
        y[0 + 5] = llmopt_kept5;
        y[0 + 6] = llmopt_kept6;
        y[0 + 7] = llmopt_kept7;
    }

}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) void f__llmopt_v3(int n, double y[8], double a[8][32], const double *x)
{

    for (long llmopt_t4 = 0; (llmopt_t4 < (long)n);) {
        double llmopt_kept0 = y[0];
        double llmopt_kept1 = y[0 + 1];
        double llmopt_kept2 = y[0 + 2];
        double llmopt_kept3 = y[0 + 3];
        double llmopt_kept4 = y[0 + 4];
        double llmopt_kept5 = y[0 + 5];
        double llmopt_kept6 = y[0 + 6];
        double llmopt_kept7 = y[0 + 7];
        do {
            llmopt_kept0 = llmopt_kept0 + ((a[0][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept1 = llmopt_kept1 + ((a[0 + 1][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept2 = llmopt_kept2 + ((a[0 + 2][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept3 = llmopt_kept3 + ((a[0 + 3][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept4 = llmopt_kept4 + ((a[0 + 4][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept5 = llmopt_kept5 + ((a[0 + 5][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept6 = llmopt_kept6 + ((a[0 + 6][llmopt_t4] * x[llmopt_t4]));
            llmopt_kept7 = llmopt_kept7 + ((a[0 + 7][llmopt_t4] * x[llmopt_t4]));
            llmopt_t4 += 1;
        } while ((llmopt_t4 < (long)n));
        y[0] = llmopt_kept0;
        y[0 + 1] = llmopt_kept1;
        y[0 + 2] = llmopt_kept2;
        y[0 + 3] = llmopt_kept3;
        y[0 + 4] = llmopt_kept4;
        y[0 + 5] = llmopt_kept5;
        y[0 + 6] = llmopt_kept6;
        y[0 + 7] = llmopt_kept7;
    }

}
#line 1
static __attribute__((noinline, noclone)) void f__llmopt_base(int n, double y[8], double a[8][32], const double *x)
{
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < n; j++)
            y[i] += a[i][j] * x[j];
}
void f(int n, double y[8], double a[8][32], const double *x)
{
    if (!((((long)n >= 1) & ((long)n <= 32)) & (((unsigned long)y + (unsigned long)(7 + 1) * sizeof *y <= (unsigned long)a) | ((unsigned long)a + (unsigned long)(7 + 1) * sizeof *a <= (unsigned long)y)) & (((unsigned long)y + (unsigned long)(7 + 1) * sizeof *y <= (unsigned long)x) | ((unsigned long)x + (unsigned long)(((long)n - 1) + 1) * sizeof *x <= (unsigned long)y))))
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
        "void f(int n, volatile double *a) { for (int i = 0; i < n; i++) a[i] = 0; }",
        "volatile",
    ),
)
