"""What C text may not bring in or lose, and that its honest neighbour may stand."""

from __future__ import annotations

import re

import pytest

from llmopt.errors import ToolFailed
from llmopt.rewrite.build import source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.source_text import judge_source
from tests.conftest import need
from tests.units import context

UNIT = r"""
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#define BARE __restrict
#define GIVE_UP __builtin_unreachable()
typedef int number;
struct device { volatile uint32_t status, data; uint32_t plain; };
pthread_mutex_t guard;
atomic_int tickets;
int shared, other;
volatile int flag;
int f(int *a, const int *b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = b[i] * 3;
    return a[0];
}
int locked(int n)
{
    pthread_mutex_lock(&guard);
    shared += n;
    pthread_mutex_unlock(&guard);
    return __atomic_fetch_add(&other, 1, __ATOMIC_SEQ_CST);
}
int poll(struct device *d, int n)
{
    int sum = flag;
    for (int i = 0; i < n; i++)
        if (d->status & 1)
            sum += (int)d->data;
    return sum;
}
int ticket(void) { return tickets++ + shared; }
int promised(int *restrict a, const int *b, int n)
{
    __asm__ volatile("" ::: "memory");
    if (n < 0)
        __builtin_unreachable();
    return a[n] + b[n];
}
uint32_t words(const void *p, size_t n)
{
    const uint8_t *bytes = p;
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += bytes[i];
    return sum;
}
int depth(int n) { return n ? depth(n - 1) + 1 : 0; }
int counted(int n)
{
    static int calls;
    return calls++ + n;
}
_Pragma("GCC diagnostic ignored \"-Wunused\"") int last(int n) { return n; }
"""
HEADS = {
    "f": "int f(int *a, const int *b, int n)",
    "locked": "int locked(int n)",
    "poll": "int poll(struct device *d, int n)",
    "ticket": "int ticket(void)",
    "promised": "int promised(int *restrict a, const int *b, int n)",
    "words": "uint32_t words(const void *p, size_t n)",
    "depth": "int depth(int n)",
    "counted": "int counted(int n)",
}
TAKE = "pthread_mutex_lock(&guard);"
GIVE = "pthread_mutex_unlock(&guard);"
ADD = "return __atomic_fetch_add(&other, 1, __ATOMIC_SEQ_CST);"
LOOP = "for (int i = 0; i < n; i++) a[i] = b[i] * 3; return a[0];"
COPY = "int f__llmopt_v3(int *a, const int *b, int n)"
ASK = 'if (__builtin_cpu_supports("x86-64-v3")) return f__llmopt_v3(a, b, n);'


@pytest.fixture(scope="module", params=["gcc", "clang-19"])
def unit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> UnitContext:
    """One unit for all texts, under each compiler."""
    need(request.param)
    return context(tmp_path_factory.mktemp("unit"), UNIT, request.param, "-O2 -std=gnu11")


def judged(unit: UnitContext, function: str, text: str, *options: str) -> Verdict:
    """The verdict on a body, or on a whole text where it does not begin with a statement."""
    defines = re.search(rf"\b{function}\((?:int|const|struct|void|number)\b", text)
    whole = text if defines else f"{HEADS[function]}\n{{ {text} }}"
    helpers = ("helper", "other_helper")
    try:
        return judge_source(unit, source_step(unit, function, whole.encode(), helpers, options))
    except ToolFailed as error:
        pytest.fail(f"{whole}\n{error}")


REFUSED = {
    # promises
    "restrict in a type": (
        "f", "int f(int *restrict a, const int *b, int n) { return a[n] + *b; }"
    ),
    "restrict by a macro": ("f", "int *BARE p = a; p[0] = b[n]; return p[0];"),
    "restrict by a cast": ("f", "return *(int *__restrict__)a + b[n];"),
    "one more restrict": (
        "promised",
        "int promised(int *restrict a, const int *restrict b, int n)"
        '{ __asm__ volatile("" ::: "memory"); return a[n] + b[n]; }',
    ),
    "unreachable by a macro": ("f", "if (n < 0) GIVE_UP; return a[n] + *b;"),
    "one more unreachable": (
        "promised",
        '__asm__ volatile("" ::: "memory"); if (n < 0) __builtin_unreachable();'
        " if (n > 9) __builtin_unreachable(); return a[n] + b[n];",
    ),
    "aligned for sure": ("f", "int *p = __builtin_assume_aligned(a, 32); return p[n] + *b;"),
    "a static size": ("f", "int f(int a[static 8], const int *b, int n) { return a[n] + *b; }"),
    # assembly
    "inline assembly": ("f", '__asm__ volatile("" ::: "memory"); return a[n] + *b;'),
    "other inline assembly": ("promised", '__asm__ volatile("nop"); return a[n] + b[n];'),
    "a register by its name": ("f", 'register long x __asm__("rbx") = n; return (int)x + *a + *b;'),
    "assembly at file scope": ("f", '__asm__("nop");\n' + HEADS["f"] + "{ return *a + *b + n; }"),
    # directives
    "a pragma": ("f", '_Pragma("GCC ivdep") ' + LOOP),
    "a pragma on its line": ("f", "\n#pragma GCC ivdep\n" + LOOP),
    "a pragma behind it": (
        "f", HEADS["f"] + "{" + LOOP + '}\n_Pragma("GCC diagnostic ignored \\"-Wall\\"")'
    ),
    "a macro": ("f", "\n#define n 4\n" + LOOP),
    "a macro taken away": ("f", "\n#undef BARE\n" + LOOP),
    "another file's place": ("f", '\n#line 4 "other.c"\n' + LOOP),
    "a directive in disguise": ("f", "\n%:define n 4\n" + LOOP),
    "a continued directive": ("f", "\n#def\\\nine n 4\n" + LOOP),
    # attributes
    "constructor": ("f", "__attribute__((\nconstructor)) static void helper(void) { }\n"
                         + HEADS["f"] + "{ " + LOOP + "}"),
    "optimize": ("f", '__attribute__((optimize("fast-math"))) ' + HEADS["f"] + "{" + LOOP + "}"),
    "const": ("f", "static int helper(int) __attribute__((const));\nstatic int helper(int n)"
                   "{ return n; }\n" + HEADS["f"] + "{ return helper(n) + *a + *b; }"),
    "nonnull": ("f", "__attribute__((nonnull)) " + HEADS["f"] + "{ " + LOOP + "}"),
    "in brackets": ("f", "static __attribute__((__returns_nonnull__)) int *helper(int *p)"
                         "{ return p; }\n" + HEADS["f"] + "{ return *helper(a) + *b + n; }"),
    "no stack protector": ("f", "__attribute__((no_stack_protector)) " + HEADS["f"] + "{"
                                + LOOP + "}"),
    "aligned to more": ("f", "typedef int wide __attribute__((aligned(16)));"
                             "wide *p = (wide *)a; return *p + *b + n;"),
    # declarations
    "a variable": ("f", "static int cache;\n" + HEADS["f"] + "{ return cache += *a + *b + n; }"),
    "a declaration of another": ("f", "int puts(const char *);\n" + HEADS["f"] + "{" + LOOP + "}"),
    "lost behind a copy": (
        "locked", f"static int helper(int n) {{ {TAKE} shared += n; {GIVE} return n; }}\n"
        f"int locked(int n) {{ return n ? helper(n) : other++; }}"
    ),
    "a helper nobody announced": (
        "f", "static int secret(int n) { return n; }\n"
        + HEADS["f"] + "{ return secret(n) + *a + *b; }"
    ),
    "a helper for all": (
        "f", "int helper(int n) { return n; }\n" + HEADS["f"] + "{ return helper(n) + *a + *b; }"
    ),
    "a static local": ("f", "static int calls; return calls++ + a[n] + *b;"),
    "one more static local": ("counted", "static int calls; static int n2; n2 = n;"
                                         "return calls++ + n2;"),
    "a static pointer": ("f", 'static const char *kept = "x"; return kept[0] + a[n] + *b;'),
    "a thread's local": ("f", "static _Thread_local int kept; return kept++ + a[n] + *b;"),
    "another type": ("f", "long f(int *a, const int *b, int n) { return a[n] + *b; }"),
    "another parameter": ("f", "int f(int *a, const int *b, long n) { return a[n] + *b; }"),
    "private": ("f", "static " + HEADS["f"] + "{ return a[n] + *b; }"),
    # the machine
    "a system call": ("f", "long syscall(long, ...); return (int)syscall(39) + a[n] + *b;"),
    "a clock": ("f", "return (int)__builtin_ia32_rdtsc() + a[n] + *b;"),
    "a computed goto": ("f", "void *to = &&end; goto *to; end: return a[n] + *b;"),
    "another target": ("f", '__attribute__((target("avx2"))) ' + HEADS["f"] + "{" + LOOP + "}"),
    "a copy nobody asks for": (
        "f", f'static __attribute__((target("avx2"))) {COPY} {{ {LOOP} }}\n'
        + HEADS["f"] + "{ return f__llmopt_v3(a, b, n); }"
    ),
    "a copy that rounds once": (
        "f", f'static __attribute__((target("avx2,fma"))) {COPY} {{ {LOOP} }}\n'
        + HEADS["f"] + "{" + ASK + LOOP + "}"
    ),
    # what was there
    "lost: the lock": ("locked", f"shared += n; {GIVE} {ADD}"),
    "lost: both": ("locked", f"shared += n; {ADD}"),
    "lost: the atomic": ("locked", f"{TAKE} shared += n; {GIVE} return other++;"),
    "lost: its order": ("locked", f"{TAKE} shared += n; {GIVE}"
                                  "return __atomic_fetch_add(&other, 1, __ATOMIC_RELAXED);"),
    "lost in one copy": (
        "locked", f"static int helper(int n) {{ {TAKE} shared += n; {GIVE} {ADD} }}\n"
        f"static int other_helper(int n) {{ shared += n; {ADD} }}\n"
        "int locked(int n) { return n == 1 ? other_helper(n) : helper(n); }"
    ),
    "lost: one read of a device": (
        "poll", "int sum = flag; uint32_t s = d->status;"
        "for (int i = 0; i < n; i++) if (s & 1) sum += n; return sum;"
    ),
    "lost: one kind of access": (
        "poll", "int sum = flag; for (int i = 0; i < n; i++)"
        "if (d->status & 1) sum += (int)d->status; return sum;"
    ),
    "lost: volatile by a cast": (
        "poll", "int sum = *(int *)&shared; for (int i = 0; i < n; i++)"
        "if (d->status & 1) sum += (int)d->data; return sum;"
    ),
    "lost: atomic type": ("ticket", "return shared;"),
    "lost: inline assembly": ("promised", "return a[n] + b[n];"),
}  # fmt: skip


# What is kept is read as each compiler spells it; the other rules read the same tokens.
@pytest.mark.parametrize(
    ("unit", "what"),
    [
        (compiler, what)
        for compiler in ("gcc", "clang-19")
        for what, (function, _) in REFUSED.items()
        if compiler == "gcc" or function != "f"
    ],
    indirect=["unit"],
)
def test_what_a_text_may_not_do_is_refuted(unit: UnitContext, what: str) -> None:
    function, text = REFUSED[what]
    verdict = judged(unit, function, text)
    assert isinstance(verdict, Refuted), verdict
    if what.startswith("lost: "):
        assert "lost" in verdict.counterexample


DOUBTED = {
    "recursion": ("f", "return n ? f(a, b, n - 1) : *a;", "recursion"),
    "recursion by a helper": (
        "f",
        "static int helper(int n) { return n ? helper(n - 1) : 0; }\n"
        + HEADS["f"] + "{ return helper(n) + *a + *b; }",
        "recursion",
    ),
    "a variable array": ("f", "int t[n]; t[0] = *a; return t[0] + *b;", "stack"),
    "alloca": ("f", "int *t = __builtin_alloca(n * 4); *t = *a; return *t + *b;", "stack"),
    "words of bytes": (
        "words", "uint32_t s = 0; const uint32_t *w = (const uint32_t *)p;"
        "for (size_t i = 0; i < n / 4; i++) s += w[i]; return s;", "alignment"
    ),
    "words of bytes, silently": (
        "words", "uint32_t s = 0; const uint32_t *w = p;"
        "for (size_t i = 0; i < n / 4; i++) s += w[i]; return s;", "alignment"
    ),
    "wider words": ("f", "return (int)*(long *)a + *b + n;", "alignment"),
    "one more read of a device": (
        "poll", "int sum = flag; for (int i = 0; i < n; i++)"
        "if (d->status & d->status & 1) sum += (int)d->data; return sum;", "has more"
    ),
    "the lock around less": ("locked", f"shared += n; {TAKE} {GIVE} {ADD}", "another side"),
    "one more lock": ("locked", f"{TAKE} {TAKE} shared += n; {GIVE} {ADD}", "has more"),
}  # fmt: skip


@pytest.mark.parametrize("what", DOUBTED)
def test_what_may_be_right_is_inconclusive(unit: UnitContext, what: str) -> None:
    function, text, reason = DOUBTED[what]
    verdict = judged(unit, function, text)
    assert isinstance(verdict, Inconclusive), verdict
    assert reason in verdict.reason


ADMITTED = {
    "other arithmetic": ("f", "for (int i = n; i-- > 0;) a[i] = 3 * b[i]; return *a;"),
    "its own promises": (
        "promised",
        '__asm__ volatile("" ::: "memory"); if (0 > n) __builtin_unreachable();return b[n] + a[n];',
    ),
    "fewer promises": (
        "promised",
        'int promised(int *a, const int *b, int n) { __asm__ volatile("" ::: "memory");'
        "return a[n] + b[n]; }",
    ),
    "a helper": (
        "f",
        "static inline __attribute__((always_inline)) int helper(int n) { return n * 3; }\n"
        + HEADS["f"]
        + "{ for (int i = 0; i < n; i++) a[i] = helper(b[i]); return *a; }",
    ),
    "a helper declared first": (
        "f",
        "static int helper(int n);\n"
        + HEADS["f"]
        + "{ for (int i = 0; i < n; i++) a[i] = helper(b[i]); return *a; }\n"
        + "static int helper(int n) { return n * 3; }",
    ),
    "a type": (
        "f",
        "typedef uint32_t word __attribute__((may_alias, aligned(1)));\n"
        "struct pair { int a, b; };\n" + HEADS["f"] + "{ return (int)*(const word *)b + *a + n; }",
    ),
    "conditions": ("f", "\n#ifdef NOWHERE\nreturn 1;\n#else\n" + LOOP + "\n#endif\n"),
    "a word in a comment": ("f", "/* restrict\n#pragma omp */ // asm\n" + LOOP),
    "a word in a string": ("f", 'const char *s = "asm restrict"; return s[n] + *a + *b;'),
    "a constant table": ("f", "static const int t[] = {3, 4}; return t[n & 1] + *a + *b;"),
    "another name for a type": (
        "f",
        "number f(number *a, const number *b, int n) { return a[n] + *b; }",
    ),
    "block and clock take no lock": (
        "f",
        "static int helper(int block) { int clock = block; return clock; }\n"
        + HEADS["f"]
        + "{ return helper(n) + *a + *b; }",
    ),
    "its lock, another way": (
        "locked",
        f"int k = n * 2 - n; {TAKE} shared = k + shared; {GIVE} {ADD}",
    ),
    "its lock in each copy": (
        "locked",
        f"static int helper(int n) {{ {TAKE} shared += n; {GIVE} {ADD} }}\n"
        f"static int other_helper(int n) {{ {TAKE} shared += 1; {GIVE} {ADD} }}\n"
        "int locked(int n) { return n == 1 ? other_helper(n) : helper(n); }",
    ),
    "its lock around a helper": (
        "locked",
        "static void helper(int n) { shared += n; }\n"
        f"int locked(int n) {{ {TAKE} helper(n); {GIVE} {ADD} }}",
    ),
    "its lock given back on each way": (
        "locked",
        f"{TAKE} if (!n) {{ {GIVE} goto out; }} shared += n; {GIVE} out: {ADD}",
    ),
    "nothing for nowhere": ("f", "int *p = NULL; if (n) p = a; return p ? *p + *b : 0;"),
    "its device": (
        "poll",
        "unsigned sum = (unsigned)flag; while (n-- > 0) if ((d->status & 1) != 0) sum += d->data;"
        "return (int)sum;",
    ),
    "its atomic": ("ticket", "int s = shared; return s + tickets++;"),
    "its recursion": ("depth", "if (!n) return 0; return 1 + depth(n - 1);"),
    "its static": ("counted", "static int calls; int c = calls; calls = c + 1; return n + c;"),
    "words by memcpy": (
        "words",
        "uint32_t s = 0, w; const uint8_t *b = p; for (; n >= 4; n -= 4, b += 4)"
        "{ memcpy(&w, b, 4); s += w; } while (n--) s += *b++; return s;",
    ),
    "bytes of words": (
        "f",
        "const unsigned char *p = (const unsigned char *)b; return p[n] + *a;",
    ),
}


@pytest.mark.parametrize("what", ADMITTED)
def test_the_honest_neighbour_passes(unit: UnitContext, what: str) -> None:
    function, text = ADMITTED[what]
    verdict = judged(unit, function, text)
    assert isinstance(verdict, Passed), verdict


def test_a_dispatcher_passes(unit: UnitContext) -> None:
    text = (
        f'static __attribute__((noinline, target("avx2,fma"))) {COPY} {{ {LOOP} }}\n'
        + HEADS["f"] + "{" + ASK + LOOP + "}"
    )  # fmt: skip
    assert isinstance(judged(unit, "f", text, "-ffp-contract=off"), Passed)
