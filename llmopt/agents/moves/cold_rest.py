"""Source: the way out that is taken at once, without what the rest of the function needs.

A function that answers many calls by its first `if` saves registers for the others all the same,
and is too large to be inlined. The rest goes to a function of its own, with the variables that it
uses; what remains is short.
"""

from __future__ import annotations

import re

from clang import cindex

from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import statements
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.agents.text import movable
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, parts
from llmopt.source.syntax import Variable

#: Bytes of text that are worth a function.
_LEAST = 80

_HEAVY = frozenset({Kind.FOR_STMT, Kind.WHILE_STMT, Kind.DO_STMT, Kind.CALL_EXPR})


def _split(rewriting: Rewriting) -> None:
    syntax = rewriting.syntax
    movable(rewriting.context.lexical, syntax.name)
    if syntax.cursor.type.is_function_variadic():
        raise NotApplicable("the function's arguments cannot be handed on")
    inside = parts(syntax.body)
    at = next((n for n, part in enumerate(inside) if _leaves(part)), None)
    if at is None or any(_is_heavy(part) for part in inside[: at + 1]):
        raise NotApplicable("the function does not answer by a first test")
    rest = inside[at + 1 :]
    if not any(_is_heavy(part) for part in rest):
        raise NotApplicable("what follows the first answer is short")
    syntax.effects(*inside)
    syntax.check_closed(syntax.body)
    if any(c.kind == Kind.GOTO_STMT for part in inside for c in part.walk_preorder()):
        raise NotApplicable("the function jumps")
    _check(rewriting, rest, inside[: at + 1])
    used = {v for part in rest for v in syntax.uses(part)}
    before = _declared(rewriting, inside[: at + 1])
    handed = [variable for variable in before if variable in used]
    _write(rewriting, rest, handed, before)


def _leaves(statement: cindex.Cursor) -> bool:
    """Whether a statement is an `if` that returns and has no `else`."""
    if statement.kind != Kind.IF_STMT or len(parts(statement)) != 2:
        return False
    inside = statements(parts(statement)[1])
    return bool(inside) and inside[-1].kind == Kind.RETURN_STMT


def _is_heavy(statement: cindex.Cursor) -> bool:
    return any(inner.kind in _HEAVY for inner in statement.walk_preorder())


def _declared(rewriting: Rewriting, before: list[cindex.Cursor]) -> dict[Variable, cindex.Cursor]:
    """The parameters, and the variables that the beginning of the body declares."""
    found = list(rewriting.syntax.cursor.get_arguments())
    for statement in before:
        if statement.kind == Kind.DECL_STMT:
            found += [part for part in parts(statement) if part.kind == Kind.VAR_DECL]
    return {Variable(str(c.spelling), int(c.location.offset)): c for c in found}


def _write(
    rewriting: Rewriting,
    rest: list[cindex.Cursor],
    handed: list[Variable],
    declared: dict[Variable, cindex.Cursor],
) -> None:
    syntax = rewriting.syntax
    empty = {v for v in handed if not syntax.is_initialized(declared[v])}
    kinds = {v: str(declared[v].type.spelling) for v in handed}
    returned = str(syntax.cursor.result_type.spelling)
    if any(mark in kind for kind in [*kinds.values(), returned] for mark in "([{"):
        raise NotApplicable("a type cannot be written down")
    start = syntax.statement(rest[0])[0]
    end = syntax.body.extent.end.offset - 1
    syntax.check(start, end)
    text = rewriting.rendered(start, end).rstrip()
    if len(text) < _LEAST:
        raise NotApplicable("what follows the first answer is short")
    taken = ", ".join(f"{kinds[v]} {v.name}" for v in handed if v not in empty) or "void"
    own = "noinline" if rewriting.context.compiler.is_clang else "noinline, noclone"
    fresh = "".join(f"    {kinds[v]} {v.name};\n" for v in handed if v in empty)
    again = _declaration(rewriting, text)
    helper = rewriting.helper(
        "rest",
        lambda name: (
            f"{again}static __attribute__(({own})) {returned} {name}({taken})\n"
            f"{{\n{fresh}    {text}\n}}"
        ),
        alone=True,
    )
    call = f"{helper}({', '.join(v.name for v in handed if v not in empty)});"
    # The declaration stays, and nothing else uses it.
    unused = "".join(f"(void){v.name};\n{rewriting.indent(start)}" for v in handed if v in empty)
    call = call if returned == "void" else f"return {call}"
    rewriting.replace(start, end, f"{unused}{call}\n{rewriting.indent(end)}")


def _check(rewriting: Rewriting, rest: list[cindex.Cursor], before: list[cindex.Cursor]) -> None:
    """What the rest uses is handed on by value, and has one where the beginning gave it one."""
    syntax = rewriting.syntax
    written = syntax.effects(*before).written
    for statement in rest:
        for inner in statement.walk_preorder():
            if inner.kind != Kind.DECL_REF_EXPR or not syntax.is_local(inner):
                continue
            variable = syntax.private(inner)
            if variable is None:
                if not _is_inside(inner.referenced, rest):
                    raise NotApplicable("the address of a variable is taken")
            elif variable in written and not syntax.is_set(inner):
                raise NotApplicable("a variable may have no value at the first answer")


def _is_inside(declared: cindex.Cursor, rest: list[cindex.Cursor]) -> bool:
    return bool(declared.location.offset >= rest[0].extent.start.offset)


def _declaration(rewriting: Rewriting, text: str) -> str:
    """The function's declaration, where the rest calls it."""
    syntax = rewriting.syntax
    if not re.search(rf"\b{syntax.name}\b", text):
        return ""
    return rewriting.rendered(syntax.start, syntax.body.extent.start.offset).rstrip() + ";\n"


MOVES = (
    rewrite("cold-rest", 1.02, "what follows a first answer, in a function of its own", _split),
)

EXAMPLES = (
    Example(
        before="""\
int f(const int *a, int n, int key)
{
    int last = n - 1, i;
    if (n <= 0 || a[last] == key)
        return last;
    for (i = 0; i < last; i++) {
        if (a[i] == key)
            return i;
    }
    return -1;
}""",
        after="""\
static __attribute__((noinline, noclone)) int f__llmopt_rest(const int * a, int key, int last)
{
    int i;
    for (i = 0; i < last; i++) {
        if (a[i] == key)
            return i;
    }
    return -1;
}
#line 1
int f(const int *a, int n, int key)
{
    int last = n - 1, i;
    if (n <= 0 || a[last] == key)
        return last;
    (void)i;
    return f__llmopt_rest(a, key, last);
}""",
    ),
)

REFUSED = (
    Refused(
        "int g(int *); int f(int n) { if (n > 3) return 1; return g(&n); }",
        "address of a variable is taken",
    ),
    Refused(
        "int g(int); int f(int n) { int x; if ((x = n) > 3) return 1; return g(x); }",
        "no value",
    ),
    Refused("int f(int n) { if (n > 3) return 1; return n * 2; }", "is short"),
    Refused(
        "int g(const char *); int f(int n) { if (n > 3) return 1; return g(__func__); }",
        "its own name",
    ),
    Refused("int g(int); int f(int n, ...) { if (n) return 1; return g(n); }", "handed on"),
    Refused(
        "int g(int); int f(int n) { if (n > 3) return 1; again: if (g(n)) goto again; return n; }",
        "jump",
    ),
    Refused("int g(int); int f(int n) { g(n); if (n > 3) return 1; return g(n); }", "first test"),
)
