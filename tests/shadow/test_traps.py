"""What a comparison of two processes would stumble over, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.values.verdict import Inconclusive, Passed, Refuted
from tests.conftest import need
from tests.shadow.programs import Program

MAIN = """
#include <stdio.h>
int main(void)
{
    long sum = 0;
    for (int i = 0; i < 300; i++) {
        sum += work(i);
        if (i % 100 == 99)
            printf("%ld\\n", sum);
    }
    return 0;
}
"""


def program(directory: Path, text: str, main: str = MAIN, options: str = "-O2") -> Program:
    need("gcc")
    return Program(directory, "work", text + main, options=options)


PADDED = """
struct pair { char tag; long value; };
static struct pair work_(int n);
struct outer { struct pair pair; char end; };
static struct outer work(int n)
{
    struct outer made;
    made.pair.tag = (char)n;
    made.pair.value = n * 3;
    made.end = 1;
    return made;
}
"""
PADDED_MAIN = """
#include <stdio.h>
static struct outer kept[300];
int main(void)
{
    for (int i = 0; i < 300; i++)
        kept[i] = work(i);
    printf("%ld\\n", kept[200].pair.value);
    return 0;
}
"""


def test_padding_of_a_returned_structure_is_nobodys(tmp_path: Path) -> None:
    other = """static struct outer work(int n)
    {
        union { struct outer outer; char bytes[sizeof(struct outer)]; } made;
        __builtin_memset(made.bytes, 0x77, sizeof made);
        __asm__ volatile("" : : "r"(&made) : "memory");
        made.outer.pair.tag = (char)n;
        made.outer.pair.value = n * 3;
        made.outer.end = 1;
        return made.outer;
    }"""
    padded = program(tmp_path, PADDED.replace("static struct pair work_(int n);", ""), PADDED_MAIN)
    verdict = padded.judge(other)
    assert isinstance(verdict, Passed), verdict
    verdict = padded.judge(other.replace("end = 1", "end = n != 7"))
    assert isinstance(verdict, Refuted), verdict


PLAIN = "static long total;\nstatic long work(int n) { total += n; return total ^ n; }\n"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return program(tmp_path_factory.mktemp("plain"), PLAIN)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ("if (n == 40) __builtin_abort();", "system call"),
        ('if (n == 40) for (;;) __asm__ volatile("");', "does not end"),
        ("if (n == 40) *(volatile int *)8 = 1;", "SIGSEGV"),
        ("if (n == 40) { extern int getppid(void); getppid(); }", "system call"),
        ("if (n == 40) { extern int fork(void); fork(); }", "system call"),
        ("if (n == 40) { extern int socket(int, int, int); socket(1, 1, 0); }", "system call 41"),
        ('if (n == 40) { extern int creat(const char *, int); creat("made", 420); }', ""),
        (
            'if (n == 40) { extern int open(const char *, int); open("/etc/passwd", 0); }',
            "asks other",
        ),
        ("if (n == 40) for (void *p; (p = __builtin_malloc(1 << 28));) total += p == 0;", ""),
        ("if (n == 40) total += __builtin_ia32_rdtsc() == 0;", "SIGSEGV"),
        ('if (n == 40) { extern int puts(const char *); puts("x"); }', ""),
        ("if (n == 40) { extern int *__errno_location(void); *__errno_location() = 5; }", "errno"),
        ('if (n == 40) { unsigned c = 0x5f80; __asm__ volatile("ldmxcsr %0" : : "m"(c)); }', ""),
        ('if (n == 40) __asm__ volatile("movl $39, %%eax; int $0x80" : : : "rax");', ""),
    ],
)
def test_what_the_candidate_alone_does_to_the_outside_is_refuted(
    plain: Program, extra: str, says: str
) -> None:
    text = f"static long work(int n) {{ {extra} total += n; return total ^ n; }}"
    verdict = plain.judge(text)
    assert isinstance(verdict, Refuted), verdict
    assert says in verdict.counterexample
    assert "in call 41" in verdict.counterexample


def test_much_stack_and_other_registers_are_no_difference(tmp_path: Path) -> None:
    text = """static long work(int n)
    {
        volatile char dirt[40000];
        for (int i = 0; i < 40000; i += 64)
            dirt[i] = (char)(n + i);
        double x = n * 1.5;
        __asm__ volatile("" : "+x"(x));
        total += n;
        return total ^ n;
    }"""
    for options in ("-O1", "-O2 -fomit-frame-pointer"):
        verdict = program(tmp_path / options[:3], PLAIN, options=options).judge(text)
        assert isinstance(verdict, Passed), verdict


RECURSIVE = """
#include <setjmp.h>
static jmp_buf out;
static long depth, seen;
long work(int n);
static long other(int n) { return work(n) + 1; }
long work(int n)
{
    seen++;
    if (n > 290)
        longjmp(out, 1);
    return n > 3 ? other(n / 2) + work(n / 3) : n + depth;
}
"""
RECURSIVE_MAIN = """
#include <stdio.h>
int main(void)
{
    volatile long sum = 0;
    for (volatile int i = 0; i < 300; i++)
        if (!setjmp(out))
            sum += work(i);
        else
            sum++;
    printf("%ld %ld\\n", sum, seen);
    return 0;
}
"""


def test_recursion_and_jumps_out_of_the_function_are_followed(tmp_path: Path) -> None:
    recursive = program(tmp_path, RECURSIVE, RECURSIVE_MAIN)
    loop = "seen++; if (n > 290) longjmp(out, 1);"
    right = f"long work(int n) {{ {loop} if (n <= 3) return n + depth; " + (
        "long first = other(n / 2); return first + work(n / 3); }"
    )
    verdict = recursive.judge(right)
    assert isinstance(verdict, Passed), verdict
    verdict = recursive.judge(right.replace("n > 290", "n > 291"))
    assert isinstance(verdict, Refuted), verdict


THREADS = """
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long total;
static long work(int n)
{
    pthread_mutex_lock(&lock);
    total += n;
    pthread_mutex_unlock(&lock);
    return n * 2;
}
"""
THREADS_MAIN = """
#include <stdio.h>
#include <stdlib.h>
static void *run(void *argument)
{
    long *sum = argument;
    for (int i = 0; i < 400; i++) {
        char *text = malloc((size_t)(i % 50) + 1);
        text[0] = (char)i;
        *sum += work(text[0] & 15);
        free(text);
    }
    return NULL;
}
int main(void)
{
    pthread_t threads[3];
    long sums[3] = {0};
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, run, &sums[i]);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    printf("%ld %ld\\n", sums[0] + sums[1] + sums[2], total);
    return 0;
}
"""


def test_calls_of_several_threads_are_compared(tmp_path: Path) -> None:
    threaded = program(tmp_path, THREADS, THREADS_MAIN)
    right = """static long work(int n)
    {
        long twice = n;
        pthread_mutex_lock(&lock);
        total += n;
        pthread_mutex_unlock(&lock);
        return twice + twice;
    }"""
    verdict = threaded.judge(right)
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["calls"] == 1200
    verdict = threaded.judge(right.replace("total += n", "total += n - (n == 15)"))
    assert isinstance(verdict, Refuted), verdict


INPUT = """
static long work(int n);
static long work(int n) { return n * 7 + 1; }
"""
INPUT_MAIN = """
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
int main(int count, char **words)
{
    char line[80];
    long sum = 0, lines = 0;
    FILE *file = fopen(words[1], "r"), *copy = fopen("copy", "w");
    while (count == 2 && fgets(line, sizeof line, file)) {
        sum += work(atoi(line)) + (time(NULL) > 1000) + (clock() >= 0);
        fprintf(copy, "%ld\\n", sum);
        if (++lines % 500 == 0)
            fseek(file, 10, SEEK_CUR);
    }
    if (fork() == 0)
        _exit((int)work(2));
    int status;
    wait(&status);
    printf("%ld %d\\n", sum, WEXITSTATUS(status));
    return 0;
}
"""


@pytest.mark.parametrize("mode", ["off", "require"])
def test_files_clocks_and_processes_go_on_as_they_would(tmp_path: Path, mode: str) -> None:
    if mode == "require":
        need("bwrap")
    reading = Program(tmp_path, "work", INPUT + INPUT_MAIN, mode=mode, command="")
    reading.command = "{build}/program {source}/input"
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "input").write_text("".join(f"{n * 37 % 1000}\n" for n in range(2000)))
    verdict = reading.judge("static long work(int n) { return (n << 3) - n + 1; }")
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["covered"] > 1500
    verdict = reading.judge("static long work(int n) { return (n << 3) - n + (n != 999); }")
    assert isinstance(verdict, Refuted), verdict


def test_what_cannot_be_wrapped_is_left_alone(tmp_path: Path) -> None:
    text = "static long work(int n, ...) { return n; }\n"
    verdict = program(tmp_path / "a", text).judge()
    assert isinstance(verdict, Inconclusive), verdict
    text = "static long work(int n) { static long calls; return n + calls++; }\n"
    verdict = program(tmp_path / "b", text).judge()
    assert isinstance(verdict, Inconclusive), verdict
    assert "calls" in verdict.reason


def test_a_function_that_never_runs_is_not_passed(tmp_path: Path) -> None:
    verdict = program(tmp_path, PLAIN, "int main(void) { return work == 0; }\n").judge()
    assert isinstance(verdict, Inconclusive), verdict
    assert "never calls" in verdict.reason


def test_an_original_that_differs_from_itself_refutes_nobody(tmp_path: Path) -> None:
    text = """
#include <stdio.h>
char line[400];
static long work(int n)
{
    FILE *file = fopen("/proc/self/stat", "r");
    fgets(line, sizeof line, file);
    fclose(file);
    return n;
}
"""
    verdict = program(tmp_path, text).judge()
    assert isinstance(verdict, Inconclusive), verdict
    assert "differs from itself" in verdict.reason
