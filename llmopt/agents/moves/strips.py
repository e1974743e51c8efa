"""Source: statements of one loop by turns, each for a strip of its rounds (strip-mining).

What one statement has loaded, the next finds in the cache; and each has rounds enough for tiles.
"""

from __future__ import annotations

from llmopt.agents.example import Example, Refused
from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "strips",
        2.5,
        "statements by turns, for 8 rounds of the outermost loop each",
        Style((8,)),
        Tiling(),
    ),
    nest_move(
        "shared",
        1.7,
        "tiles within the outermost loop, which stays around all statements",
        Style((0,)),
        Tiling(),
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(int n, double y[8], double z[8], double a[8][8])
{
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < n; j++)
            y[i] += a[i][j];
        for (int j = 0; j < 8; j++)
            z[j] += a[i][j] * y[i];
    }
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) void f__llmopt_v4(int n, double y[8], double z[8], double a[8][8])
{
    typedef double llmopt_double __attribute__((vector_size(64)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;

    for (long llmopt_t6 = 0; (llmopt_t6 < (long)n);) {
        double llmopt_kept0 = y[0];
        double llmopt_kept1 = y[0 + 1];
        double llmopt_kept2 = y[0 + 2];
        double llmopt_kept3 = y[0 + 3];
        double llmopt_kept4 = y[0 + 4];
        double llmopt_kept5 = y[0 + 5];
        double llmopt_kept6 = y[0 + 6];
        double llmopt_kept7 = y[0 + 7];
        do {
            llmopt_kept0 = llmopt_kept0 + (a[0][llmopt_t6]);
            llmopt_kept1 = llmopt_kept1 + (a[0 + 1][llmopt_t6]);
            llmopt_kept2 = llmopt_kept2 + (a[0 + 2][llmopt_t6]);
            llmopt_kept3 = llmopt_kept3 + (a[0 + 3][llmopt_t6]);
            llmopt_kept4 = llmopt_kept4 + (a[0 + 4][llmopt_t6]);
            llmopt_kept5 = llmopt_kept5 + (a[0 + 5][llmopt_t6]);
            llmopt_kept6 = llmopt_kept6 + (a[0 + 6][llmopt_t6]);
            llmopt_kept7 = llmopt_kept7 + (a[0 + 7][llmopt_t6]);
            llmopt_t6 += 1;
        } while ((llmopt_t6 < (long)n));
        y[0] = llmopt_kept0;
        y[0 + 1] = llmopt_kept1;
        y[0 + 2] = llmopt_kept2;
        y[0 + 3] = llmopt_kept3;
        y[0 + 4] = llmopt_kept4;
        y[0 + 5] = llmopt_kept5;
        y[0 + 6] = llmopt_kept6;
        y[0 + 7] = llmopt_kept7;
    }
    for (long llmopt_t6 = 0; (llmopt_t6 <= 7);) {
        llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&z[0])->all;
        do {
            llmopt_kept0 = llmopt_kept0 + ((((const llmopt_double_loose *)&a[llmopt_t6][0])->all * y[llmopt_t6]));
            llmopt_t6 += 1;
        } while ((llmopt_t6 <= 7));
        ((llmopt_double_loose *)&z[0])->all = llmopt_kept0;
    }

}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) void f__llmopt_v3(int n, double y[8], double z[8], double a[8][8])
{
    typedef double llmopt_double __attribute__((vector_size(32)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;

    for (long llmopt_t6 = 0; (llmopt_t6 < (long)n);) {
        llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&y[0])->all;
        llmopt_double llmopt_kept1 = ((const llmopt_double_loose *)&y[0 + 4])->all;
        do {
            llmopt_kept0 = llmopt_kept0 + (((llmopt_double){a[0][llmopt_t6], a[0 + 1][llmopt_t6], a[0 + 2][llmopt_t6], a[0 + 3][llmopt_t6]}));
            llmopt_kept1 = llmopt_kept1 + (((llmopt_double){a[0 + 4][llmopt_t6], a[0 + 5][llmopt_t6], a[0 + 6][llmopt_t6], a[0 + 7][llmopt_t6]}));
            llmopt_t6 += 1;
        } while ((llmopt_t6 < (long)n));
        ((llmopt_double_loose *)&y[0])->all = llmopt_kept0;
        ((llmopt_double_loose *)&y[0 + 4])->all = llmopt_kept1;
    }
    for (long llmopt_t6 = 0; (llmopt_t6 <= 7);) {
        llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&z[0])->all;
        llmopt_double llmopt_kept1 = ((const llmopt_double_loose *)&z[0 + 4])->all;
        do {
            llmopt_kept0 = llmopt_kept0 + ((((const llmopt_double_loose *)&a[llmopt_t6][0])->all * y[llmopt_t6]));
            llmopt_kept1 = llmopt_kept1 + ((((const llmopt_double_loose *)&a[llmopt_t6][0 + 4])->all * y[llmopt_t6]));
            llmopt_t6 += 1;
        } while ((llmopt_t6 <= 7));
        ((llmopt_double_loose *)&z[0])->all = llmopt_kept0;
        ((llmopt_double_loose *)&z[0 + 4])->all = llmopt_kept1;
    }

}
#line 1
static __attribute__((noinline, noclone)) void f__llmopt_base(int n, double y[8], double z[8], double a[8][8])
{
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < n; j++)
            y[i] += a[i][j];
        for (int j = 0; j < 8; j++)
            z[j] += a[i][j] * y[i];
    }
}
void f(int n, double y[8], double z[8], double a[8][8])
{
    if (!((((long)n >= 1) & ((long)n <= 8)) & (((unsigned long)y + (unsigned long)(7 + 1) * sizeof *y <= (unsigned long)a) | ((unsigned long)a + (unsigned long)(7 + 1) * sizeof *a <= (unsigned long)y)) & (((unsigned long)y + (unsigned long)(7 + 1) * sizeof *y <= (unsigned long)z) | ((unsigned long)z + (unsigned long)(7 + 1) * sizeof *z <= (unsigned long)y)) & (((unsigned long)a + (unsigned long)(7 + 1) * sizeof *a <= (unsigned long)z) | ((unsigned long)z + (unsigned long)(7 + 1) * sizeof *z <= (unsigned long)a))))
    { f__llmopt_base(n, y, z, a); return; }
    if (__builtin_cpu_supports("x86-64-v4"))
    { f__llmopt_v4(n, y, z, a); return; }
    if (__builtin_cpu_supports("x86-64-v3"))
    { f__llmopt_v3(n, y, z, a); return; }
    { f__llmopt_base(n, y, z, a); return; }
}""",
    ),
)

REFUSED = (
    Refused(
        "void g(void); void f(int n, double *a) { for (int i = 0; i < n; i++) { g(); a[i] = 0; } }",
        "another kind",
    ),
)
