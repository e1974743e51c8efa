"""Source: `i < strlen(s)` in a loop that stores.

The compiler asks for the length once where a loop stores nothing. Where it does, each turn reads
the whole string. A loop that counts from 0 and changes none but the element of its turn has seen all
before: the string is longer where neither the last element nor this one ends it.
"""

from __future__ import annotations

import re

from clang import cindex

from llmopt.agents.disjoint import check_calls
from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import conjuncts, is_step
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import (
    Kind,
    bare,
    constant,
    is_byte,
    is_integer,
    operator,
    parts,
    pointee,
)
from llmopt.source.syntax import Loop, Variable
from llmopt.values.command import CODE
from llmopt.values.contract import Contract

_STRLEN = frozenset({"strlen", "__builtin_strlen"})
_OWN = re.compile(r"-fno-builtin|-ffreestanding")


def _ends(rewriting: Rewriting) -> None:
    options = rewriting.context.unit.command.arguments(CODE)
    if any(_OWN.match(option) for option in options):
        raise NotApplicable("strlen may be the program's own")
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop asks for strlen at each turn",
    )


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    asked = [c for c in conjuncts(loop.condition) if _is_asked(c)] if loop.condition else []
    if len(asked) != 1:
        raise NotApplicable("no loop asks for strlen at each turn")
    left, call = (bare(part) for part in parts(asked[0]))
    string, counter = syntax.private(parts(call)[-1]), syntax.private(left)
    element = pointee(bare(parts(call)[-1]).type)
    if string is None or counter is None or element is None or not is_byte(element):
        raise NotApplicable("the string, or the counter, is no local variable")
    if not is_integer(left.type):
        raise NotApplicable("the counter is no integer")
    _check_loop(rewriting, loop, string, counter)
    stores = syntax.effects(loop.body).stores
    if not all(_is_element(rewriting, store, string, counter) for store in stores):
        raise NotApplicable("the loop stores to other places than its own element")
    i, s = counter.name, string.name
    ends = f"{s}[{i}] != 0"
    text = f"(({i} == 0 || {s}[{i} - 1] != 0) && {ends})" if stores else f"({ends})"
    rewriting.replace(*syntax.place(asked[0]), text)


def _is_asked(condition: cindex.Cursor) -> bool:
    if operator(condition) != "<":
        return False
    call = bare(parts(condition)[1])
    return bool(call.kind == Kind.CALL_EXPR and call.spelling in _STRLEN)


def _check_loop(rewriting: Rewriting, loop: Loop, string: Variable, counter: Variable) -> None:
    """The loop counts from 0 by one, and nothing else changes string or counter."""
    syntax = rewriting.syntax
    syntax.check_closed(loop.cursor)
    if loop.first is None or loop.step is None or not _is_zeroed(rewriting, loop.first, counter):
        raise NotApplicable("the loop does not count from 0")
    if not is_step(syntax, loop.step, counter):
        raise NotApplicable("the loop does not count by one")
    asked, body = syntax.effects(loop.condition), syntax.effects(loop.body)
    check_calls(asked, _STRLEN)
    check_calls(body)
    if asked.written or asked.stores or {string, counter} & (body.written | body.declared):
        raise NotApplicable("the loop changes its string or its counter")


def _is_zeroed(rewriting: Rewriting, first: cindex.Cursor, counter: Variable) -> bool:
    syntax = rewriting.syntax
    if operator(first) == "=":
        target, value = parts(first)
        return syntax.private(target) == counter and constant(value) == 0
    if first.kind != Kind.DECL_STMT or len(parts(first)) != 1:
        return False
    declared = parts(first)[0]
    values = [part for part in parts(declared) if part.kind.is_expression()]
    here = Variable(str(declared.spelling), int(declared.location.offset))
    return here == counter and len(values) == 1 and constant(values[0]) == 0


def _is_element(
    rewriting: Rewriting, store: cindex.Cursor, string: Variable, counter: Variable
) -> bool:
    place = bare(store)
    if place.kind != Kind.ARRAY_SUBSCRIPT_EXPR:
        return False
    base, index = parts(place)
    private = rewriting.syntax.private
    return private(base) == string and private(index) == counter


MOVES = (rewrite("string-ends", 1.8, "loops up to strlen look for the end as they go", _ends),)

EXAMPLES = (
    Example(
        around="#include <string.h>\n#include <ctype.h>\n",
        before="""\
void f(char *s)
{
    for (size_t i = 0; i < strlen(s); i++)
        s[i] = (char)toupper((unsigned char)s[i]);
}""",
        after="""\
void f(char *s)
{
    for (size_t i = 0; ((i == 0 || s[i - 1] != 0) && s[i] != 0); i++)
        s[i] = (char)toupper((unsigned char)s[i]);
}""",
        contract=Contract(string=("s",)),
    ),
    Example(
        around="#include <string.h>\n",
        before="""\
unsigned f(char *s, unsigned most)
{
    unsigned i, changed = 0;
    for (i = 0; i < most && i < strlen(s); ++i) {
        if (s[i] != ';')
            continue;
        s[i] = 0;
        changed++;
    }
    return changed * 1000 + i;
}""",
        after="""\
unsigned f(char *s, unsigned most)
{
    unsigned i, changed = 0;
    for (i = 0; i < most && ((i == 0 || s[i - 1] != 0) && s[i] != 0); ++i) {
        if (s[i] != ';')
            continue;
        s[i] = 0;
        changed++;
    }
    return changed * 1000 + i;
}""",
        contract=Contract(string=("s",)),
    ),
)

_HEAD = "#include <string.h>\n"
REFUSED = (
    Refused(
        _HEAD + "void f(char *s, char *d) { for (unsigned i = 0; i < strlen(s); i++)"
        " d[i] = s[i]; }",
        "other places than its own element",
    ),
    Refused(
        _HEAD + "void g(void); void f(char *s) { for (unsigned i = 0; i < strlen(s); i++) g(); }",
        "the loop calls g",
    ),
    Refused(
        _HEAD + "void f(char *s) { for (unsigned i = 1; i < strlen(s); i++) s[i] = 'x'; }",
        "count from 0",
    ),
    Refused(
        _HEAD + "void f(char *s) { for (unsigned i = 0; i < strlen(s); i++)"
        " { s[i] = 'x'; if (i == 3) i++; } }",
        "changes its string or its counter",
    ),
    Refused(
        "static unsigned long strlen(const char *s) { return *s ? 9 : 7; }\n"
        "void f(char *s) { for (unsigned i = 0; i < strlen(s); i++) s[i] = 'x'; }",
        "the loop calls strlen",
    ),
)
