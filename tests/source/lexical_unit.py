"""A realistic C file and named edits of it, for the tests of the function key.

The key of `hot` is tested. An edit replaces pieces of `UNIT`, each of which must be there exactly
once, and may add compiler flags; an edit of a piece that is not there is a mistake in the test.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

COMPILERS = ("gcc", "clang-19")

UNIT = r"""
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* more includes */
#define SCALE 3
#define ROWS 16
#define UNUSED_MACRO 1
#ifdef TRACE
#define UNRELATED TRACE
#endif

typedef int16_t sample_t;
typedef uint32_t width_t;
typedef struct unused_pair { int left, right; } unused_pair;
enum unused_kind { UNUSED_A, UNUSED_B };
extern int unused_object;

enum mode { MODE_PLAIN, MODE_FAST = 4, MODE_LAST };

/* before header */
struct header {
    char tag;
    width_t width;
};
/* after header */

struct item {
    struct header head;
    struct { short low, high; } range;
    union { float real; int whole; };
    sample_t value;
};

static const int weights[4] = { 1, 2, 3, 5 };
static sample_t history[ROWS];
int counter;
int hot(const struct item *items, sample_t gain, int n);
extern int outside(int);

static int leaf(int x) { return x * 7; }

static int step(int x) { return leaf(x) + 1; }

int shared_step(int x) { return x - 2; }

int other(int a)
{
    int twice = a * 2;
    return twice + 1;
}

int another(int a) { return other(a) ^ 9; }

/* the hot one */
int hot(const struct item *items, sample_t gain, int n)
{
    static int calls = 11;
    int sum = 0;
    assert(n >= 0);
    for (int i = 0; i < n; i++) {
        const struct item *it = &items[i];
        if (it->range.low == MODE_LAST)
            sum += SCALE * it->value;
        sum += step(it->head.tag) + weights[i & 3] + history[i % ROWS];
        sum += _Generic(it->value, sample_t: 1, default: 2);
    }
    counter += calls;
    return sum + outside(gain) + shared_step(sum);
}

int caller(const struct item *items) { return hot(items, 1, 4); }
/* end of file */
"""


def edited(pieces: Iterable[tuple[str, str]]) -> str:
    """`UNIT` with each (old, new) replaced; an old piece must be there exactly once."""
    text = UNIT
    for old, new in pieces:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the unit"
        text = text.replace(old, new)
    return text


def preprocessed(compiler: str, text: str, directory: Path, flags: Iterable[str] = ()) -> bytes:
    """The output of `compiler -E` for a file `unit.c` in `directory` with this text.

    As for every key, `__LINE__` (which is in each `assert`) is a token instead of a number, and
    the file is named without its directory.
    """
    (directory / "unit.c").write_text(text)
    neutral = ("-Wno-builtin-macro-redefined", "-D__LINE__=TOKEN")
    run = subprocess.run(
        [compiler, "-E", *neutral, *flags, "unit.c"],
        cwd=directory,
        stdout=subprocess.PIPE,
        check=True,
    )
    return run.stdout
