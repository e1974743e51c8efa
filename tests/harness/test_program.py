"""Descriptions, drivers and programs of units as projects write them."""

from __future__ import annotations

import math

import pytest

from llmopt.errors import NotApplicable
from llmopt.harness.compare import compare
from llmopt.harness.constants import constants
from llmopt.harness.describe import describe as description_of
from llmopt.harness.description import BACK, COUNT, KEY, LAST, SELF, VARIED
from llmopt.harness.program import Harness
from llmopt.rewrite.build import assembly_digest
from llmopt.toolchain import assembly
from llmopt.values.contract import Contract
from llmopt.values.step import AssemblyText, Donor
from tests import units

ODD = """
enum mode { FIRST = 3, SECOND = 9 };
typedef struct { short id; union { long whole; float part; } value; char name[7]; } entry;
typedef int (*handler)(entry *, const char *, ...);
typedef _Bool (*filter)(const entry *);
static entry table[4];
static _Thread_local int depth;
static int use(entry *restrict to, const entry from[], enum mode mode, unsigned char *bits,
               long double weight, filter keep, char **words)
{
    int i;
    depth++;
    for (i = 0; i < (int)mode && words[i]; i++)
        bits[i] ^= (unsigned char)words[i][0];
    if (keep(&from[0]))
        *to = from[0];
    table[mode & 3] = *to;
    return weight > 1.5L ? depth : i;
}
int main(int count, char **words)
{
    return count > 100 ? use(table, table, FIRST, (unsigned char *)words[0], 1, 0, words) : 0;
}
"""


@pytest.mark.parametrize(
    ("compiler", "options"),
    [
        ("gcc", "-O2 -std=c99 -pedantic-errors -Wall -Werror"),
        ("clang-19", "-O3 -fPIC -Weverything -Werror"),
    ],
)
def test_a_function_of_odd_types_agrees_with_itself(tmp_path, compiler, options):
    unit = ODD.replace("_Thread_local", "__thread")
    harness = Harness(units.context(tmp_path, unit, compiler, options), "use", units.SANDBOX)
    found = compare(harness, harness.original, harness.original, 5, 80)
    assert found.difference is None
    assert found.incomplete is None
    assert found.run >= 60
    assert harness.is_strict


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("int f(const char *s, ...) { return *s; }", "prototype"),
        ("int f(a) int a; { return a; }", "prototype"),
        ("struct hidden; int f(struct hidden *h) { return !h; }", "no known content"),
        ("struct { int a; } *f(int b) { return b ? 0 : 0; }", "no name"),
    ],
)
def test_what_cannot_be_made_up_is_not_applicable(tmp_path, text, reason):
    with pytest.raises(NotApplicable, match=reason):
        Harness(units.context(tmp_path, text, options="-O1 -w"), "f", units.SANDBOX)


def test_symbols_of_other_units_come_from_the_projects_objects_or_are_missed(tmp_path):
    text = "int twice(int);\nint f(int a) { return twice(a & 255) + 1; }"
    context = units.context(tmp_path, text)
    with pytest.raises(NotApplicable, match="twice"):
        _ = Harness(context, "f", units.SANDBOX).original
    other = units.compiled(tmp_path, "int twice(int a) { return 2 * a; }", "other")
    harness = Harness(context, "f", units.SANDBOX, link=[other])
    off = harness.program_of_text(text.replace("+ 1", "+ (a & 1)").encode())
    assert compare(harness, harness.original, harness.original, 3, 60).difference is None
    assert compare(harness, harness.original, off, 3, 200).difference is not None


def test_steps_below_the_source_are_run_as_well(tmp_path):
    text = "unsigned f(unsigned a) { return a / 7; }"
    context = units.context(tmp_path, text)
    harness = Harness(context, "f", units.SANDBOX)
    donor = harness.program([Donor(("f",), ("-Os",))])
    assert compare(harness, harness.original, donor, 3, 100).difference is None
    carrier = context.compiler.assembly()
    own = assembly.excerpt(carrier, "f")
    off = own.replace("$2, %", "$3, %").replace("shrl\t%", "nop\n\tshrl\t%")
    assert off != own
    step = AssemblyText("f", assembly_digest(carrier, "f"), off)
    assert compare(harness, harness.original, harness.program([step]), 3, 100).difference


def test_assembly_that_relies_on_who_calls_it_is_not_applicable(tmp_path):
    text = (
        "static __attribute__((noinline)) int inner(int a, int by)\n"
        "{ return a / by; }\n"
        "int outer(int a) { return inner(a, 7) + 1; }"
    )
    context = units.context(tmp_path, text, "clang-19")
    harness = Harness(context, "inner", units.SANDBOX)
    carrier = context.compiler.assembly()
    step = AssemblyText(
        "inner", assembly_digest(carrier, "inner"), assembly.excerpt(carrier, "inner")
    )
    with pytest.raises(NotApplicable, match="other code"):
        harness.program([step])


def test_constant_tables_are_left_as_they_are(tmp_path):
    text = (
        "static const unsigned short table[2][2] = {{1, 2}, {3, 4}}; static int by = 3;\n"
        "int f(unsigned a) { return table[a & 1][a >> 1 & 1] * by; }"
    )
    described = description_of(units.context(tmp_path, text), "f")
    assert [(g.name, bool(g.flags & VARIED)) for g in described.globals] == [("by", True)]


def test_fields_that_agree_with_others_are_seen(tmp_path):
    text = """
    struct item { struct item *next, *prev; int when; };
    struct queue { struct item *head, *tail; unsigned count; };
    int earlier(struct queue *q, const struct item *than)
    {
        int n = 0;
        for (struct item *i = q->head; i && i->when < than->when; i = i->next)
            n++;
        return n;
    }
    """
    described = description_of(units.context(tmp_path, text), "earlier")
    kinds = {kind.name: kind for kind in described.types}
    item, queue = kinds["struct item"], kinds["struct queue"]
    assert item.flags & SELF
    assert [f.flags for f in item.fields] == [0, BACK, KEY]
    assert [f.flags for f in queue.fields] == [0, LAST, COUNT]


def test_literals_of_all_levels_are_constants():
    found = constants('if (x == 0x1F || c == \'\\n\') return 2.5e3f; // 99\n puts("a\\"b"); 017')
    assert found.integers == (31, 10, 15)
    assert found.floats[0] == 2500.0
    assert {math.nextafter(2500.0, 0.0), 2500.000244140625} <= set(found.floats)
    assert constants("fcmp oge float %x, 0x41DFFFFFC0000000").floats[0] == 2147483392.0
    assert found.texts == (b"\n", b'a"b')
    assert constants("icmp eq i32 %a, 4711").integers[-1] == 4711
    assert constants("\tcmpl\t$815, %edi").integers == (815,)


def test_a_contract_of_unknown_parameters_is_refused(tmp_path):
    context = units.context(tmp_path, "int f(int *a) { return *a; }")
    with pytest.raises(NotApplicable, match="no parameter b"):
        Harness(context, "f", units.SANDBOX, contract=Contract(length={"b": "1"}))
