"""Source: what a loop asks at each turn and always gets the same answer to, asked once.

The loop is copied, with one branch in each copy. Only conditions of local variables that the loop
does not change: they may be asked before it. gcc does so from -O3 on, both only for short loops.
"""

from __future__ import annotations

from clang import cindex

from llmopt.agents.counted import invariant
from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import Edit, Rewriting, braced, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, constant, operator, parts
from llmopt.source.syntax import Loop

_LARGEST = 4000
_ASKS = frozenset({"", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "!", "&", "|", "^", "~"})


def _unswitch(rewriting: Rewriting) -> None:
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop asks what stays the same",
    )


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    effects = syntax.effects(loop.cursor)
    for statement in loop.body.walk_preorder():
        if statement.kind == Kind.IF_STMT:
            condition = parts(statement)[0]
            if constant(condition) is None and _is_plain(rewriting, condition):
                if invariant(syntax, effects, condition):
                    break
    else:
        raise NotApplicable("no loop asks what stays the same")
    syntax.check_closed(loop.cursor)
    if loop.end - loop.start > _LARGEST:
        raise NotApplicable("the loop is too long for a copy")
    start, end = syntax.statement(statement)
    branches = [_branch(rewriting, part) for part in parts(statement)[1:]]
    copies = [
        rewriting.copied(loop.start, loop.end, [Edit(start, end, branch)])
        for branch in (*branches, "{\n}")[:2]
    ]
    asked = braced(f"if ({syntax.text(condition)})", copies[0])
    rewriting.instead(loop, f"{asked} {braced('else', copies[1])}")


def _is_plain(rewriting: Rewriting, condition: cindex.Cursor) -> bool:
    """Whether a condition may be asked where it was not: it traps nowhere, and has its values."""
    syntax = rewriting.syntax
    for inner in condition.walk_preorder():
        if operator(inner) not in _ASKS:
            return False
        if inner.kind == Kind.DECL_REF_EXPR and syntax.private(inner):
            if not syntax.is_set(inner):
                return False
    return True


def _branch(rewriting: Rewriting, branch: cindex.Cursor) -> str:
    start, end = rewriting.syntax.statement(branch)
    text = rewriting.rendered(start, end)
    return text if branch.kind == Kind.COMPOUND_STMT else f"{{ {text} }}"


MOVES = (
    rewrite("unswitch", 1.04, "conditions that stay the same, asked before the loop", _unswitch),
)

EXAMPLES = (
    Example(
        before="""\
unsigned f(const unsigned *a, unsigned n, int wrap)
{
    unsigned sum = 0, i;
    for (i = 0; i < n; i++) {
        if (wrap > 0)
            sum = (sum << 1) ^ a[i];
        else
            sum |= a[i];
    }
    return sum;
}""",
        after="""\
unsigned f(const unsigned *a, unsigned n, int wrap)
{
    unsigned sum = 0, i;
    if (wrap > 0) {
        for (i = 0; i < n; i++) {
            { sum = (sum << 1) ^ a[i]; }
        }
    } else {
        for (i = 0; i < n; i++) {
            { sum |= a[i]; }
        }
    }
    return sum;
}""",
    ),
)

REFUSED = (
    Refused(
        "int f(const int *a, int n) { int x = 0; for (int i = 0; i < n; i++)"
        " if (n / a[0]) x ^= a[i]; return x; }",
        "what stays the same",
    ),
    Refused(
        "int f(const int *a, int n) { int x = 0; for (int i = 0; i < n; i++)"
        " { if (x > 3) x ^= a[i]; x++; } return x; }",
        "what stays the same",
    ),
    Refused(
        "int f(const int *a, int n, int m) { int x = 0; for (int i = 0; i < n; i++)"
        " { if (m) goto out; x ^= a[i]; out: x++; } return x; }",
        "jumped into",
    ),
)
