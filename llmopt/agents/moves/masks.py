"""Source: assignments under a condition as arithmetic.

Where the condition is as likely as not, a branch costs more than computing both sides. Integers are
chosen by a mask made of the condition; what is computed besides wraps, traps nowhere, and reads
local variables only. A search in a sorted array probes what it probed before, without a branch.
clang makes branches of masks again: it is told that the condition cannot be predicted.
"""

from __future__ import annotations

from clang import cindex

from llmopt.agents.counted import unsigned_name
from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import statements
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, bare, canonical, constant, operator, parts
from llmopt.source.syntax import Variable
from llmopt.values.contract import Contract

_MOST = 4
_BY_MASK = frozenset({"+", "-", "*", "&", "|", "^"})
_COMPARES = frozenset({"<", ">", "<=", ">=", "==", "!=", "&&", "||", "!"})


def _masks(rewriting: Rewriting) -> None:
    chosen = {
        inner.extent.start.offset: inner
        for loop in rewriting.syntax.loops()
        for inner in loop.body.walk_preorder()
        if inner.kind == Kind.IF_STMT
    }
    rewriting.each(
        chosen.values(),
        lambda statement: _change(rewriting, statement),
        "no loop assigns under a condition",
    )


def _change(rewriting: Rewriting, statement: cindex.Cursor) -> None:
    syntax = rewriting.syntax
    condition, *branches = parts(statement)
    start, end = syntax.statement(statement)
    syntax.effects(condition)
    mask = rewriting.fresh("mask")
    asked = syntax.text(condition)
    truth = f"({asked})" if operator(bare(condition)) in _COMPARES else f"!!({asked})"
    made = []
    for branch, by in zip(branches, (mask, f"~{mask}"), strict=False):
        made += [_assignment(rewriting, assignment, by) for assignment in statements(branch)]
    if not 1 <= len(made) <= _MOST:
        raise NotApplicable("the branches do not just assign a few integers")
    if rewriting.context.compiler.is_clang:
        text = f"__builtin_unpredictable(!!({asked}))"
        rewriting.replace(*syntax.place(condition), text)
        return
    indent = rewriting.indent(start)
    lines = [f"const unsigned long {mask} = -(unsigned long){truth};", *made]
    text = "".join(f"{indent}    {line}\n" for line in lines)
    rewriting.replace(start, end, f"{{\n{text}{indent}}}")


def _assignment(rewriting: Rewriting, assignment: cindex.Cursor, mask: str) -> str:
    syntax = rewriting.syntax
    done = operator(assignment)
    if done in {"++", "post++", "--", "post--"}:
        target, value = parts(assignment)[0], None
    elif done in {"=", "+=", "-=", "|=", "&=", "^="}:
        target, value = parts(assignment)
    else:
        raise NotApplicable("the branches do not just assign a few integers")
    variable = syntax.private(target)
    if variable is None or not syntax.is_set(target):
        raise NotApplicable("what the branches assign to is no local integer that has a value")
    kind = bare(target).type
    name = unsigned_name(kind)
    old = f"({name}){variable.name}" if name != _name(kind) else variable.name
    new = "1U" if value is None else _value(rewriting, value, kind)
    if done != "=":
        new = f"({old} {done.replace('post', '')[0]} {new})"
    by = mask if name == "unsigned long" else f"({name}){mask}"
    chosen = f"{old} ^ (({old} ^ {new}) & {by})"
    back = f"({bare(target).type.spelling})({chosen})" if name != _name(kind) else chosen
    return f"{variable.name} = {back};"


def _name(kind: cindex.Type) -> str:
    return str(kind.get_canonical().spelling).replace("const ", "")


def _value(rewriting: Rewriting, cursor: cindex.Cursor, kind: cindex.Type) -> str:
    """An expression computed in the unsigned type, the same up to wrapping."""
    syntax = rewriting.syntax
    found = bare(cursor)
    name = unsigned_name(kind)
    if constant(found) is not None:
        return f"({name})({syntax.text(found)})"
    if canonical(found.type) != canonical(kind):
        raise NotApplicable("the branches mix integers of different types")
    if (variable := _variable(rewriting, found)) is not None:
        return f"({name}){variable.name}" if name != _name(kind) else variable.name
    done = operator(found)
    if found.kind == Kind.BINARY_OPERATOR and done in _BY_MASK:
        left, right = (_value(rewriting, part, kind) for part in parts(found))
        return f"({left} {done} {right})"
    if done in {"u-", "~"}:
        return f"({done[-1]}{_value(rewriting, parts(found)[0], kind)})"
    raise NotApplicable("the branches compute what may trap, or read memory")


def _variable(rewriting: Rewriting, cursor: cindex.Cursor) -> Variable | None:
    found = rewriting.syntax.private(cursor)
    if found is not None and not rewriting.syntax.is_set(cursor):
        raise NotApplicable("a branch reads what may have no value outside of it")
    return found


MOVES = (
    rewrite("masks", 1.12, "assignments under a condition as arithmetic, without branches", _masks),
)

EXAMPLES = (
    Example(
        before="""\
unsigned long f(const int *a, unsigned long n, int key)
{
    unsigned long low = 0, high = n;
    while (low < high) {
        unsigned long middle = low + (high - low) / 2;
        if (a[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}""",
        after="""\
unsigned long f(const int *a, unsigned long n, int key)
{
    unsigned long low = 0, high = n;
    while (low < high) {
        unsigned long middle = low + (high - low) / 2;
        {
            const unsigned long llmopt_mask = -(unsigned long)(a[middle] < key);
            low = low ^ ((low ^ (middle + (unsigned long)(1))) & llmopt_mask);
            high = high ^ ((high ^ middle) & ~llmopt_mask);
        }
    }
    return low;
}""",
    ),
    Example(
        before="""\
int f(const int *a, int n)
{
    int best = -1, seen = 0;
    for (int i = 0; i < n; i++) {
        const int value = a[i];
        if (value > best && !(value & 1)) {
            best = value;
            seen++;
        }
    }
    return best ^ seen;
}""",
        after="""\
int f(const int *a, int n)
{
    int best = -1, seen = 0;
    for (int i = 0; i < n; i++) {
        const int value = a[i];
        {
            const unsigned long llmopt_mask = -(unsigned long)(value > best && !(value & 1));
            best = (int)((unsigned int)best ^ (((unsigned int)best ^ (unsigned int)value) & (unsigned int)llmopt_mask));
            seen = (int)((unsigned int)seen ^ (((unsigned int)seen ^ ((unsigned int)seen + 1U)) & (unsigned int)llmopt_mask));
        }
    }
    return best ^ seen;
}""",
        contract=Contract(length={"a": "n"}, range={"n": (0, 200)}),
    ),
)

REFUSED = (
    Refused(
        "int f(const int *a, int n) { int x = 0; for (int i = 0; i < n; i++)"
        " if (a[i] > 3) x = n / a[i]; return x; }",
        "may trap, or read memory",
    ),
    Refused(
        "int f(const int *a, int n) { int x = 0; for (int i = 0; i < n; i++)"
        " if (a) x = a[i]; return x; }",
        "may trap, or read memory",
    ),
    Refused(
        "int f(const int *a, int n) { int x = 0, y; for (int i = 0; i < n; i++)"
        " { if (i > 3) x = y; y = a[i]; } return x; }",
        "may have no value",
    ),
    Refused(
        "void f(int *a, int n) { for (int i = 0; i < n; i++) if (i & n) a[i] = 0; }",
        "no local integer",
    ),
    Refused(
        "double f(int n) { double x = 0; for (int i = 0; i < n; i++) if (i & n) x = 1; return x; }",
        "narrower",
    ),
)
