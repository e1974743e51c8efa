"""Source: remainders by a power of two that is known at run time only.

Tables are mostly as large as a power of two, and their code divides all the same. A loop that does
not change the divisor gets a copy that masks, taken where the divisor is one.
"""

from __future__ import annotations

from clang import cindex

from llmopt.agents.counted import UNSIGNED
from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import Edit, Rewriting, braced, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import bare, canonical, operator, parts
from llmopt.source.syntax import Loop, Variable
from llmopt.values.contract import Contract

_LARGEST = 4000


def _masks(rewriting: Rewriting) -> None:
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop takes remainders by a local variable",
    )


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    found = [c for c in loop.cursor.walk_preorder() if _divides(rewriting, c)]
    if not found:
        raise NotApplicable("no loop takes remainders by a local variable")
    effects = syntax.effects(loop.cursor)
    syntax.check_closed(loop.cursor)
    if loop.end - loop.start > _LARGEST:
        raise NotApplicable("the loop is too long for a copy")
    divisor = syntax.private(parts(found[0])[1])
    if divisor is None or divisor in effects.written | effects.declared:
        raise NotApplicable("the loop changes what it divides by")
    if not syntax.is_set(parts(found[0])[1]):
        raise NotApplicable("the divisor may have no value before the loop")
    edits = [_masked(rewriting, c, divisor) for c in _outermost(found, rewriting, divisor)]
    copy = rewriting.copied(loop.start, loop.end, edits)
    own = rewriting.copied(loop.start, loop.end)
    name = divisor.name
    asked = f"if ({name} != 0 && ({name} & ({name} - 1)) == 0)"
    rewriting.instead(loop, f"{braced(asked, copy)} {braced('else', own)}")


def _divides(rewriting: Rewriting, cursor: cindex.Cursor) -> bool:
    if operator(cursor) != "%" or canonical(cursor.type) not in UNSIGNED:
        return False
    divisor = bare(parts(cursor)[1])
    same = canonical(divisor.type) == canonical(cursor.type)
    return same and bool(rewriting.syntax.private(divisor))


def _outermost(
    found: list[cindex.Cursor], rewriting: Rewriting, divisor: Variable
) -> list[cindex.Cursor]:
    """The remainders by one divisor, those inside others left out."""
    kept: list[cindex.Cursor] = []
    end = 0
    for cursor in found:
        if rewriting.syntax.private(parts(cursor)[1]) == divisor:
            if cursor.extent.start.offset >= end:
                kept.append(cursor)
                end = cursor.extent.end.offset
    return kept


def _masked(rewriting: Rewriting, cursor: cindex.Cursor, divisor: Variable) -> Edit:
    syntax = rewriting.syntax
    dividend = syntax.text(parts(cursor)[0])
    return Edit(*syntax.place(cursor), f"(({dividend}) & ({divisor.name} - 1))")


MOVES = (
    rewrite("power-of-two", 1.2, "remainders by a power of two as masks, behind a guard", _masks),
)

EXAMPLES = (
    Example(
        before="""\
unsigned long f(const unsigned long *slots, unsigned long size, unsigned long key)
{
    unsigned long at = key % size, seen = 0;
    while (seen < size && slots[at] != key) {
        at = (at + seen + 1) % size;
        seen++;
    }
    return at;
}""",
        after="""\
unsigned long f(const unsigned long *slots, unsigned long size, unsigned long key)
{
    unsigned long at = key % size, seen = 0;
    if (size != 0 && (size & (size - 1)) == 0) {
        while (seen < size && slots[at] != key) {
            at = (((at + seen + 1)) & (size - 1));
            seen++;
        }
    } else {
        while (seen < size && slots[at] != key) {
            at = (at + seen + 1) % size;
            seen++;
        }
    }
    return at;
}""",
        contract=Contract(length={"slots": "size"}, range={"size": (1, 64)}),
    ),
)

REFUSED = (
    Refused(
        "unsigned f(unsigned n, unsigned d) { unsigned x = 0; while (n > d) { x += n % d; d++; }"
        " return x; }",
        "changes what it divides by",
    ),
    Refused(
        "int f(int n, int d) { int x = 0; while (n-- > 0) x += n % d; return x; }",
        "no loop takes remainders",
    ),
)
