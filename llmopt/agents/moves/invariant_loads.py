"""Source: values in memory that a loop reads anew at each turn, read once.

A store through `char *`, or to the type of what is read, may change `p->count`: the compiler reads
it again and does not know how often the loop runs, so there are no vectors. Where the elements that
the loop stores do not touch what it reads, which is asked at run time, a copy reads it once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clang import cindex

from llmopt.agents.counted import Counted, counted, invariant, lifted
from llmopt.agents.disjoint import Range, apart, check_calls, ranges
from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import statements
from llmopt.agents.rewriting import Edit, Rewriting, braced, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, TypeKind, bare, is_integer, is_special, operator, parts
from llmopt.source.syntax import Loop

_MOST = 4
_LARGEST = 4000


@dataclass(frozen=True)
class _Load:
    text: str
    kind: cindex.Type
    name: str

    @property
    def declared(self) -> str:
        spelled = self.kind.spelling.removeprefix("const ")
        if "(" in spelled or "[" in spelled:
            raise NotApplicable("a value's type cannot be written down")
        return f"{spelled} {self.name} = {self.text};"


def _loads(rewriting: Rewriting) -> None:
    rewriting.need_x86()
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop reads anew what stays the same",
    )


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    found = counted(syntax, loop)
    check_calls(syntax.effects(loop.cursor))
    if not found.effects.stores:
        raise NotApplicable("the loop stores nothing: the compiler sees what stays the same")
    if loop.end - loop.start > _LARGEST:
        raise NotApplicable("the loop is too long for a copy")
    limit = _load(rewriting, found, found.bound, "limit")
    if limit is None and not invariant(syntax, found.effects, found.bound):
        raise NotApplicable("the loop's bound may change")
    if limit is not None and not is_integer(limit.kind):
        raise NotApplicable("the loop's bound is no integer")
    if loop.first is not None and not _only_counts(rewriting, found, loop.first):
        raise NotApplicable("the loop begins with more than its counter")
    loads = list(_first_loads(rewriting, found))
    others = {load.text: load for load in loads if limit is None or load.text != limit.text}
    loads = [limit] if limit else []
    loads += list(others.values())
    if not 1 <= len(loads) <= _MOST:
        raise NotApplicable("the loop reads nothing anew, or too much")
    stored = ranges(syntax, found, {load.text for load in loads})
    _write(rewriting, found, limit, list(others.values()), stored)


def _only_counts(rewriting: Rewriting, found: Counted, first: cindex.Cursor) -> bool:
    effects = rewriting.syntax.effects(first)
    changed = effects.written | effects.declared
    return changed == {found.counter} and not effects.stores and not effects.calls


def _load(rewriting: Rewriting, found: Counted, cursor: cindex.Cursor, name: str) -> _Load | None:
    """The value in memory that an expression is, by way of what stays the same."""
    syntax = rewriting.syntax
    cursor = bare(cursor)
    kind = cursor.type
    if is_special(kind) or not (is_integer(kind) or kind.get_canonical().kind == TypeKind.POINTER):
        return None
    if cursor.kind == Kind.MEMBER_REF_EXPR and parts(cursor):
        if cursor.referenced is None or cursor.referenced.is_bitfield():
            return None
        base = parts(cursor)[0]
        by_pointer = base.type.get_canonical().kind == TypeKind.POINTER
    elif operator(cursor) == "u*":
        base, by_pointer = parts(cursor)[0], True
    else:
        variable = syntax.variable(cursor)
        outside = variable is not None and not syntax.is_local(cursor)
        return _Load(syntax.text(cursor), kind, rewriting.fresh(name)) if outside else None
    pointer = syntax.private(base)
    changed = found.effects.written | found.effects.declared | {found.counter}
    if not by_pointer or pointer is None or pointer in changed:
        return None
    return _Load(syntax.text(cursor), kind, rewriting.fresh(name))


def _first_loads(rewriting: Rewriting, found: Counted) -> Iterator[_Load]:
    """What the first turn reads in any case, before it does anything else."""
    body = statements(found.loop.body)
    if not body or not (body[0].kind.is_expression() or body[0].kind == Kind.DECL_STMT):
        return
    left = [body[0]]
    while left:
        cursor = left.pop(0)
        if cursor.kind in {Kind.CXX_UNARY_EXPR, Kind.CALL_EXPR}:
            continue
        inside = parts(cursor)
        if operator(cursor) in {"&&", "||"} or cursor.kind == Kind.CONDITIONAL_OPERATOR:
            left.append(inside[0])
            continue
        if operator(cursor) == "u&":
            continue
        if operator(cursor) in {"=", "+=", "-=", "*=", "|=", "&=", "^=", "<<=", ">>="}:
            # What is stored to is no value to keep; where it stands may be.
            target = bare(inside[0])
            left += parts(target)
            left.append(inside[1])
            continue
        try:
            load = _load(rewriting, found, cursor, "kept")
        except NotApplicable:
            load = None
        if load is not None:
            yield load
        else:
            left += inside


def _write(
    rewriting: Rewriting,
    found: Counted,
    limit: _Load | None,
    others: list[_Load],
    stored: list[Range],
) -> None:
    loop = found.loop
    counter = found.counter.name
    bound = limit.name if limit else rewriting.syntax.text(found.bound)
    loads = [*([limit] if limit else []), *others]
    by_text = {load.text: load.name for load in loads}
    places = [(f"&{load.text}", f"sizeof({load.text})") for load in loads]
    kept = [Range(by_text.get(r.base, r.base), r.size) for r in stored]
    guard = apart(rewriting, places, kept, counter, bound)
    first, lifts = lifted(rewriting, loop)
    edits = [*lifts, *_uses(rewriting, found, by_text)]
    copy = rewriting.copied(loop.start, loop.end, edits)
    own = rewriting.copied(loop.start, loop.end, lifts)
    chosen = f"{braced(f'if ({guard})', copy)} {braced('else', own)}"
    asked = braced(f"if ({counter} < {bound})", *(load.declared for load in others), chosen)
    inner = braced("", limit.declared if limit else "", asked)
    rewriting.instead(loop, braced("", first, inner) if first else inner)


def _uses(rewriting: Rewriting, found: Counted, names: dict[str, str]) -> Iterator[Edit]:
    """Edits that put a name for what is read, wherever the loop reads it."""
    syntax, loop = rewriting.syntax, found.loop
    left = [part for part in (loop.condition, loop.body) if part is not None]
    while left:
        cursor = left.pop()
        if cursor.kind in {Kind.MEMBER_REF_EXPR, Kind.UNARY_OPERATOR, Kind.DECL_REF_EXPR}:
            try:
                name = names.get(syntax.text(cursor))
            except NotApplicable:
                name = None
            if name is not None and syntax.uses(cursor).isdisjoint(found.effects.declared):
                yield Edit(*syntax.place(cursor), name)
                continue
        if operator(cursor) != "u&" and cursor.kind != Kind.CXX_UNARY_EXPR:
            left += parts(cursor)


MOVES = (
    rewrite(
        "invariant-loads",
        1.3,
        "values in memory that a loop does not change, read once",
        _loads,
    ),
)

EXAMPLES = (
    Example(
        around="struct image { unsigned char *pixels; int count; unsigned char gain; };\n",
        before="""\
void f(struct image *image, const unsigned char *other)
{
    int i;
    for (i = 0; i < image->count; i++)
        image->pixels[i] = (unsigned char)(other[i] ^ image->gain);
}""",
        after="""\
static __inline__ __attribute__((always_inline)) int f__llmopt_apart(unsigned long place, unsigned long size, unsigned long start, unsigned long each, unsigned long count)
{
    return (place < start && start - place >= size)
        || (place >= start && (place - start) / each >= count);
}
#line 2
void f(struct image *image, const unsigned char *other)
{
    int i;
    {
        i = 0;
        {
            int llmopt_limit = image->count;
            if (i < llmopt_limit) {
                unsigned char * llmopt_kept = image->pixels;
                unsigned char llmopt_kept2 = image->gain;
                if (f__llmopt_apart((unsigned long)&image->count, sizeof(image->count), (unsigned long)llmopt_kept + (unsigned long)i * 1, 1, (unsigned long)(llmopt_limit) - (unsigned long)i)
                    && f__llmopt_apart((unsigned long)&image->pixels, sizeof(image->pixels), (unsigned long)llmopt_kept + (unsigned long)i * 1, 1, (unsigned long)(llmopt_limit) - (unsigned long)i)
                    && f__llmopt_apart((unsigned long)&image->gain, sizeof(image->gain), (unsigned long)llmopt_kept + (unsigned long)i * 1, 1, (unsigned long)(llmopt_limit) - (unsigned long)i)) {
                    for (; i < llmopt_limit; i++)
                        llmopt_kept[i] = (unsigned char)(other[i] ^ llmopt_kept2);
                } else {
                    for (; i < image->count; i++)
                        image->pixels[i] = (unsigned char)(other[i] ^ image->gain);
                }
            }
        }
    }
}""",
    ),
    Example(
        before="""\
unsigned f(unsigned *to, const unsigned *from, const unsigned *count)
{
    unsigned last = 0;
    for (unsigned i = 0; i < *count; i++) {
        if (from[i] == 7)
            break;
        last = to[i];
        to[i] = from[i] + 1;
    }
    return last;
}""",
        after="""\
static __inline__ __attribute__((always_inline)) int f__llmopt_apart(unsigned long place, unsigned long size, unsigned long start, unsigned long each, unsigned long count)
{
    return (place < start && start - place >= size)
        || (place >= start && (place - start) / each >= count);
}
#line 1
unsigned f(unsigned *to, const unsigned *from, const unsigned *count)
{
    unsigned last = 0;
    {
        unsigned i = 0;
        {
            unsigned int llmopt_limit = *count;
            if (i < llmopt_limit) {
                if (f__llmopt_apart((unsigned long)&*count, sizeof(*count), (unsigned long)to + (unsigned long)i * 4, 4, (unsigned long)(llmopt_limit) - (unsigned long)i)) {
                    for (; i < llmopt_limit; i++) {
                        if (from[i] == 7)
                            break;
                        last = to[i];
                        to[i] = from[i] + 1;
                    }
                } else {
                    for (; i < *count; i++) {
                        if (from[i] == 7)
                            break;
                        last = to[i];
                        to[i] = from[i] + 1;
                    }
                }
            }
        }
    }
    return last;
}""",
    ),
)

REFUSED = (
    Refused(
        "struct s { int n; }; void g(void);"
        " void f(struct s *s, char *d) { for (int i = 0; i < s->n; i++) { d[i] = 1; g(); } }",
        "the loop calls g",
    ),
    Refused(
        "struct s { int n; };"
        " void f(struct s *s, char *d) { for (int i = 0; i < s->n; i++) d[i * 2] = 1; }",
        "other places than elements by its counter",
    ),
    Refused(
        "struct s { volatile int n; };"
        " void f(struct s *s, char *d) { for (int i = 0; i < s->n; i++) d[i] = 1; }",
        "volatile",
    ),
    Refused(
        "struct s { int n; struct s *next; }; void f(struct s *s, char *d)"
        " { for (int i = 0; i < s->n; i++) { d[i] = 1; s = s->next; } }",
        "bound may change",
    ),
    Refused(
        "struct s { char *d; int n; }; void f(struct s *s, const char *a, int n)"
        " { for (int i = 0; i < n; i++) { { if (a[i]) continue; s->d[i] = 1; } } }",
        "reads nothing anew",
    ),
    Refused(
        "void f(int n, char *d) { for (int i = 0; i < n; i++) d[i] = 1; }",
        "reads nothing anew",
    ),
)
