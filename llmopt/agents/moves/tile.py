"""Source: loop nests in tiles that are kept in registers.

Each statement gets loops of its own as far as dependences allow, in the order that uses most of
what was loaded; a tile of rows and vectors is computed at once and stored once.
"""

from __future__ import annotations

from llmopt.agents.example import Example, Refused
from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "tile", 3.0, "loop nests in tiles of 4 rows and 2 vectors", Style(), Tiling(jammed=8)
    ),
    nest_move(
        "tile-high",
        2.2,
        "loop nests in tiles of 8 rows and a vector",
        Style(),
        Tiling(rows=8, vectors=1),
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(int n, double c[4][16], double a[4][32], double b[32][16])
{
    int i, j, k;
    for (i = 0; i < 4; i++)
        for (j = 0; j < 16; j++)
            for (k = 0; k < n; k++)
                c[i][j] += a[i][k] * b[k][j];
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) void f__llmopt_v4(int n, double c[4][16], double a[4][32], double b[32][16])
{
    typedef double llmopt_double __attribute__((vector_size(64)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;
int i, j, k;
    (void)i;
    (void)j;
    (void)k;
    for (long llmopt_t6 = 0; (llmopt_t6 < (long)n);) {
        llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&c[0][0])->all;
        llmopt_double llmopt_kept1 = ((const llmopt_double_loose *)&c[0][0 + 8])->all;
        llmopt_double llmopt_kept2 = ((const llmopt_double_loose *)&c[0 + 1][0])->all;
        llmopt_double llmopt_kept3 = ((const llmopt_double_loose *)&c[0 + 1][0 + 8])->all;
        llmopt_double llmopt_kept4 = ((const llmopt_double_loose *)&c[0 + 2][0])->all;
        llmopt_double llmopt_kept5 = ((const llmopt_double_loose *)&c[0 + 2][0 + 8])->all;
        llmopt_double llmopt_kept6 = ((const llmopt_double_loose *)&c[0 + 3][0])->all;
        llmopt_double llmopt_kept7 = ((const llmopt_double_loose *)&c[0 + 3][0 + 8])->all;
        do {
            llmopt_kept0 = llmopt_kept0 + ((a[0][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0])->all));
            llmopt_kept1 = llmopt_kept1 + ((a[0][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0 + 8])->all));
            llmopt_kept2 = llmopt_kept2 + ((a[0 + 1][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0])->all));
            llmopt_kept3 = llmopt_kept3 + ((a[0 + 1][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0 + 8])->all));
            llmopt_kept4 = llmopt_kept4 + ((a[0 + 2][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0])->all));
            llmopt_kept5 = llmopt_kept5 + ((a[0 + 2][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0 + 8])->all));
            llmopt_kept6 = llmopt_kept6 + ((a[0 + 3][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0])->all));
            llmopt_kept7 = llmopt_kept7 + ((a[0 + 3][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][0 + 8])->all));
            llmopt_t6 += 1;
        } while ((llmopt_t6 < (long)n));
        ((llmopt_double_loose *)&c[0][0])->all = llmopt_kept0;
        ((llmopt_double_loose *)&c[0][0 + 8])->all = llmopt_kept1;
        ((llmopt_double_loose *)&c[0 + 1][0])->all = llmopt_kept2;
        ((llmopt_double_loose *)&c[0 + 1][0 + 8])->all = llmopt_kept3;
        ((llmopt_double_loose *)&c[0 + 2][0])->all = llmopt_kept4;
        ((llmopt_double_loose *)&c[0 + 2][0 + 8])->all = llmopt_kept5;
        ((llmopt_double_loose *)&c[0 + 3][0])->all = llmopt_kept6;
        ((llmopt_double_loose *)&c[0 + 3][0 + 8])->all = llmopt_kept7;
    }

}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) void f__llmopt_v3(int n, double c[4][16], double a[4][32], double b[32][16])
{
    typedef double llmopt_double __attribute__((vector_size(32)));
    typedef struct { llmopt_double all; } __attribute__((packed, may_alias)) llmopt_double_loose;
int i, j, k;
    (void)i;
    (void)j;
    (void)k;
    for (long llmopt_t1 = 0; (llmopt_t1 <= 1); llmopt_t1 += 1) {
        for (long llmopt_t6 = 0; (llmopt_t6 < (long)n);) {
            llmopt_double llmopt_kept0 = ((const llmopt_double_loose *)&c[0][(8 * llmopt_t1)])->all;
            llmopt_double llmopt_kept1 = ((const llmopt_double_loose *)&c[0][(8 * llmopt_t1) + 4])->all;
            llmopt_double llmopt_kept2 = ((const llmopt_double_loose *)&c[0 + 1][(8 * llmopt_t1)])->all;
            llmopt_double llmopt_kept3 = ((const llmopt_double_loose *)&c[0 + 1][(8 * llmopt_t1) + 4])->all;
            llmopt_double llmopt_kept4 = ((const llmopt_double_loose *)&c[0 + 2][(8 * llmopt_t1)])->all;
            llmopt_double llmopt_kept5 = ((const llmopt_double_loose *)&c[0 + 2][(8 * llmopt_t1) + 4])->all;
            llmopt_double llmopt_kept6 = ((const llmopt_double_loose *)&c[0 + 3][(8 * llmopt_t1)])->all;
            llmopt_double llmopt_kept7 = ((const llmopt_double_loose *)&c[0 + 3][(8 * llmopt_t1) + 4])->all;
            do {
                llmopt_kept0 = llmopt_kept0 + ((a[0][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1)])->all));
                llmopt_kept1 = llmopt_kept1 + ((a[0][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1) + 4])->all));
                llmopt_kept2 = llmopt_kept2 + ((a[0 + 1][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1)])->all));
                llmopt_kept3 = llmopt_kept3 + ((a[0 + 1][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1) + 4])->all));
                llmopt_kept4 = llmopt_kept4 + ((a[0 + 2][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1)])->all));
                llmopt_kept5 = llmopt_kept5 + ((a[0 + 2][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1) + 4])->all));
                llmopt_kept6 = llmopt_kept6 + ((a[0 + 3][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1)])->all));
                llmopt_kept7 = llmopt_kept7 + ((a[0 + 3][llmopt_t6] * ((const llmopt_double_loose *)&b[llmopt_t6][(8 * llmopt_t1) + 4])->all));
                llmopt_t6 += 1;
            } while ((llmopt_t6 < (long)n));
            ((llmopt_double_loose *)&c[0][(8 * llmopt_t1)])->all = llmopt_kept0;
            ((llmopt_double_loose *)&c[0][(8 * llmopt_t1) + 4])->all = llmopt_kept1;
            ((llmopt_double_loose *)&c[0 + 1][(8 * llmopt_t1)])->all = llmopt_kept2;
            ((llmopt_double_loose *)&c[0 + 1][(8 * llmopt_t1) + 4])->all = llmopt_kept3;
            ((llmopt_double_loose *)&c[0 + 2][(8 * llmopt_t1)])->all = llmopt_kept4;
            ((llmopt_double_loose *)&c[0 + 2][(8 * llmopt_t1) + 4])->all = llmopt_kept5;
            ((llmopt_double_loose *)&c[0 + 3][(8 * llmopt_t1)])->all = llmopt_kept6;
            ((llmopt_double_loose *)&c[0 + 3][(8 * llmopt_t1) + 4])->all = llmopt_kept7;
        }
    }

}
#line 1
static __attribute__((noinline, noclone)) void f__llmopt_base(int n, double c[4][16], double a[4][32], double b[32][16])
{
    int i, j, k;
    for (i = 0; i < 4; i++)
        for (j = 0; j < 16; j++)
            for (k = 0; k < n; k++)
                c[i][j] += a[i][k] * b[k][j];
}
void f(int n, double c[4][16], double a[4][32], double b[32][16])
{
    if (!((((long)n >= 1) & ((long)n <= 32)) & (((unsigned long)c + (unsigned long)(3 + 1) * sizeof *c <= (unsigned long)a) | ((unsigned long)a + (unsigned long)(3 + 1) * sizeof *a <= (unsigned long)c)) & (((unsigned long)c + (unsigned long)(3 + 1) * sizeof *c <= (unsigned long)b) | ((unsigned long)b + (unsigned long)(((long)n - 1) + 1) * sizeof *b <= (unsigned long)c))))
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
        "void f(int n, double *a) { for (int i = 0; i < n; i++) if (a[i] > 0) a[i] = 1; }",
        "a condition on data",
    ),
    Refused(
        "void f(int n, double *a) { for (int i = 0; i < n; i += 2) a[i] = 1; }",
        "other steps than one",
    ),
    Refused(
        "void f(int n, double *a, int *b) { for (int i = 0; i < n; i++) a[b[i]] = 1; }",
        "a subscript is no sum",
    ),
    Refused(
        "int f(int n) { return n; }",
        "no loop",
    ),
    Refused(
        "double f(int n, const double *a) { double s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; }",
        "no legal order",
    ),
)
