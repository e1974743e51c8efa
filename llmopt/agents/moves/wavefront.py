"""Source: rows side by side, each some steps behind the one before (wavefront, skewing).

Where each element needs its neighbours' new values, no row can go alone; but behind the front of
the row before, one can follow.
"""

from __future__ import annotations

from llmopt.agents.example import Example, Refused
from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "wavefront",
        2.1,
        "8 rows side by side within the outermost loop, 2 steps apart",
        Style((0,)),
        Tiling(rows=0, vectors=0, skew=2),
    ),
    nest_move(
        "wavefront-whole",
        1.8,
        "8 rows side by side, a step apart",
        Style(),
        Tiling(rows=0, vectors=0, skew=1),
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(int n, double a[10][32])
{
    for (int t = 0; t < n; t++)
        for (int i = 1; i < 9; i++)
            for (int j = 1; j < 31; j++)
                a[i][j] = a[i - 1][j] + a[i][j - 1] + a[i][j + 1] + a[i + 1][j];
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) void f__llmopt_v4(int n, double a[10][32])
{

    for (long llmopt_t1 = 0; (llmopt_t1 < (long)n); llmopt_t1 += 1) {
        for (long llmopt_t3 = 0; (llmopt_t3 <= 1); llmopt_t3 += 1) {
            for (long llmopt_t4 = (3 > ((16 * llmopt_t3) + 1) ? 3 : ((16 * llmopt_t3) + 1)); (llmopt_t4 <= (46 < ((16 * llmopt_t3) + 44) ? 46 : ((16 * llmopt_t3) + 44))); llmopt_t4 += 1) {
                for (long llmopt_t6 = ((1 > (8 * llmopt_t3) ? 1 : (8 * llmopt_t3)) > (((llmopt_t4 + 1) / 2) - 15) ? (1 > (8 * llmopt_t3) ? 1 : (8 * llmopt_t3)) : (((llmopt_t4 + 1) / 2) - 15)); (llmopt_t6 <= ((8 < ((8 * llmopt_t3) + 7) ? 8 : ((8 * llmopt_t3) + 7)) < (((llmopt_t4 + 1) / 2) - 1) ? (8 < ((8 * llmopt_t3) + 7) ? 8 : ((8 * llmopt_t3) + 7)) : (((llmopt_t4 + 1) / 2) - 1))); llmopt_t6 += 1) {
                    a[llmopt_t6][(llmopt_t4 - (2 * llmopt_t6))] = (((a[llmopt_t6 - 1][(llmopt_t4 - (2 * llmopt_t6))] + a[llmopt_t6][(llmopt_t4 - (2 * llmopt_t6)) - 1]) + a[llmopt_t6][(llmopt_t4 - (2 * llmopt_t6)) + 1]) + a[llmopt_t6 + 1][(llmopt_t4 - (2 * llmopt_t6))]);
                }
            }
        }
    }

}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) void f__llmopt_v3(int n, double a[10][32])
{

    for (long llmopt_t1 = 0; (llmopt_t1 < (long)n); llmopt_t1 += 1) {
        for (long llmopt_t3 = 0; (llmopt_t3 <= 1); llmopt_t3 += 1) {
            for (long llmopt_t4 = (3 > ((16 * llmopt_t3) + 1) ? 3 : ((16 * llmopt_t3) + 1)); (llmopt_t4 <= (46 < ((16 * llmopt_t3) + 44) ? 46 : ((16 * llmopt_t3) + 44))); llmopt_t4 += 1) {
                for (long llmopt_t6 = ((1 > (8 * llmopt_t3) ? 1 : (8 * llmopt_t3)) > (((llmopt_t4 + 1) / 2) - 15) ? (1 > (8 * llmopt_t3) ? 1 : (8 * llmopt_t3)) : (((llmopt_t4 + 1) / 2) - 15)); (llmopt_t6 <= ((8 < ((8 * llmopt_t3) + 7) ? 8 : ((8 * llmopt_t3) + 7)) < (((llmopt_t4 + 1) / 2) - 1) ? (8 < ((8 * llmopt_t3) + 7) ? 8 : ((8 * llmopt_t3) + 7)) : (((llmopt_t4 + 1) / 2) - 1))); llmopt_t6 += 1) {
                    a[llmopt_t6][(llmopt_t4 - (2 * llmopt_t6))] = (((a[llmopt_t6 - 1][(llmopt_t4 - (2 * llmopt_t6))] + a[llmopt_t6][(llmopt_t4 - (2 * llmopt_t6)) - 1]) + a[llmopt_t6][(llmopt_t4 - (2 * llmopt_t6)) + 1]) + a[llmopt_t6 + 1][(llmopt_t4 - (2 * llmopt_t6))]);
                }
            }
        }
    }

}
#line 1
static __attribute__((noinline, noclone)) void f__llmopt_base(int n, double a[10][32])
{
    for (int t = 0; t < n; t++)
        for (int i = 1; i < 9; i++)
            for (int j = 1; j < 31; j++)
                a[i][j] = a[i - 1][j] + a[i][j - 1] + a[i][j + 1] + a[i + 1][j];
}
void f(int n, double a[10][32])
{
    if (!(((long)n >= 1)))
    { f__llmopt_base(n, a); return; }
    if (__builtin_cpu_supports("x86-64-v4"))
    { f__llmopt_v4(n, a); return; }
    if (__builtin_cpu_supports("x86-64-v3"))
    { f__llmopt_v3(n, a); return; }
    { f__llmopt_base(n, a); return; }
}""",
    ),
)

REFUSED = (
    Refused(
        "void f(int n, double *a) { for (int i = 0; i < n; i++) a[n - i] = a[i]; }",
        "no legal order",
    ),
)
