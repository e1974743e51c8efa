"""Source: scans for bytes, a word at a time.

`while (p < end && *p != c) p++` and its like read every byte up to the first that stops them. C
compares pointers by order only within one object, so all bytes up to `end` may be read: words are,
and a word without a byte that stops the scan is passed over at once. The scan as written goes on
from there. (Tests know of no object that they are not told of: they want a contract that says how
long it is.)
"""

from __future__ import annotations

from dataclasses import dataclass

from clang import cindex

from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import conjuncts, is_step, statements
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import (
    Kind,
    bare,
    canonical,
    constant,
    is_byte,
    is_integer,
    is_unsigned,
    operator,
    parts,
    pointee,
)
from llmopt.source.syntax import Loop
from llmopt.values.contract import Contract

_MOST = 6
_LOW, _HIGH = "0x7f7f7f7f7f7f7f7fUL", "0x8080808080808080UL"
_EACH = "0x0101010101010101UL"


def _scan(rewriting: Rewriting) -> None:
    rewriting.need_x86()
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _Scan(rewriting, loop).change(),
        "no loop scans bytes up to an end",
    )


@dataclass
class _Scan:
    rewriting: Rewriting
    loop: Loop
    tests: int = 0

    def change(self) -> None:
        loop, syntax = self.loop, self.rewriting.syntax
        if loop.condition is None or loop.first is not None:
            raise NotApplicable("the loop does more than scan")
        order = bare(loop.condition)
        if operator(order) != "&&":
            raise NotApplicable("the loop does not ask for an end and a byte")
        order, *tests = conjuncts(order)
        if operator(order) not in {"<", ">"}:
            raise NotApplicable("the loop does not ask for an end first")
        pointer, end = parts(order) if operator(order) == "<" else reversed(parts(order))
        self.pointer, limit = syntax.private(pointer), syntax.private(end)
        self.byte = pointee(bare(pointer).type)
        if self.pointer is None or limit is None or self.byte is None or not is_byte(self.byte):
            raise NotApplicable("the loop does not scan bytes between two local pointers")
        if syntax.private(pointer) == limit:
            raise NotApplicable("the end moves with the scan")
        self._check_step()
        syntax.effects(loop.condition)
        masks = [self._mask(test) for test in tests]
        if self.tests > _MOST:
            raise NotApplicable("the loop asks for too many bytes")
        self._write(self.pointer.name, limit.name, " & ".join(masks))

    def _check_step(self) -> None:
        loop = self.loop
        step = loop.step
        steps = [*statements(loop.body), *([step] if step else [])]
        if len(steps) != 1 or not is_step(self.rewriting.syntax, steps[0], self.pointer):
            raise NotApplicable("the loop does more than scan")

    def _mask(self, test: cindex.Cursor) -> str:
        """An expression with the high bit of each byte that the test lets pass, others unknown."""
        found = bare(test)
        if operator(found) in {"||", "&&"}:
            left, right = (self._mask(part) for part in parts(found))
            return f"({left} {operator(found)[0]} {right})"
        if operator(found) == "!":
            return f"~{self._mask(parts(found)[0])}"
        self.tests += 1
        if operator(found) in {"==", "!="}:
            left, right = parts(found)
            if not self._is_byte(left):
                left, right = right, left
            if self._is_byte(left):
                same = self._same(right)
                return same if operator(found) == "==" else f"~{same}"
        if operator(found) == "<" and self._is_byte(parts(found)[0]):
            if is_unsigned(self.byte) and constant(parts(found)[1]) == 128:
                return f"~{self._word}"
        raise NotApplicable("the loop asks for more than single bytes")

    def _is_byte(self, part: cindex.Cursor) -> bool:
        found = bare(part)
        if operator(found) != "u*":
            return False
        return self.rewriting.syntax.variable(parts(found)[0]) == self.pointer

    def _same(self, other: cindex.Cursor) -> str:
        """The mask of the bytes that equal a value."""
        value = constant(other)
        if value is not None:
            least = 0 if is_unsigned(self.byte) else -128
            if not least <= value < least + 256:
                raise NotApplicable("the loop compares with what is no byte")
            pattern = f"0x{(value & 255) * 0x0101010101010101:016x}UL"
        else:
            pattern = f"({self._value(other)} * {_EACH})"
        helper = self.rewriting.helper("same", _same_text)
        return f"{helper}({self._word}, {pattern})"

    def _value(self, other: cindex.Cursor) -> str:
        syntax = self.rewriting.syntax
        found = bare(other)
        inner = bare(parts(found)[-1]) if found.kind == Kind.CSTYLE_CAST_EXPR else found
        variable = syntax.private(inner)
        same = canonical(found.type) == canonical(self.byte) and is_integer(inner.type)
        if variable is None or variable == self.pointer or not same:
            raise NotApplicable("the loop compares with what is no byte")
        return f"(unsigned long)(unsigned char){variable.name}"

    @property
    def _word(self) -> str:
        if not hasattr(self, "_named"):
            self._named = self.rewriting.fresh("word")
        return self._named

    def _write(self, pointer: str, end: str, passes: str) -> None:
        stops = self.rewriting.fresh("stops")
        word = self._word
        self.rewriting.wrap(
            self.loop,
            f"""\
while ({pointer} < {end} && {end} - {pointer} >= 8) {{
    unsigned long {word}, {stops};
    __builtin_memcpy(&{word}, {pointer}, 8);
    {stops} = ~({passes}) & {_HIGH};
    if ({stops}) {{
        {pointer} += __builtin_ctzl({stops}) >> 3;
        break;
    }}
    {pointer} += 8;
}}
""",
        )


def _same_text(name: str) -> str:
    return f"""\
static __inline__ __attribute__((always_inline)) unsigned long {name}(unsigned long word, unsigned long pattern)
{{
    word ^= pattern;
    return ~(((word & {_LOW}) + {_LOW}) | word);
}}"""


MOVES = (rewrite("scan-words", 1.15, "scans for bytes look at words of eight", _scan),)

EXAMPLES = (
    Example(
        before="""\
const char *f(const char *s, unsigned long n)
{
    const char *p = s, *end = s + n;
    while (p < end && *p != '\\n')
        p++;
    return p;
}""",
        after="""\
static __inline__ __attribute__((always_inline)) unsigned long f__llmopt_same(unsigned long word, unsigned long pattern)
{
    word ^= pattern;
    return ~(((word & 0x7f7f7f7f7f7f7f7fUL) + 0x7f7f7f7f7f7f7f7fUL) | word);
}
#line 1
const char *f(const char *s, unsigned long n)
{
    const char *p = s, *end = s + n;
    {
        while (p < end && end - p >= 8) {
            unsigned long llmopt_word, llmopt_stops;
            __builtin_memcpy(&llmopt_word, p, 8);
            llmopt_stops = ~(~f__llmopt_same(llmopt_word, 0x0a0a0a0a0a0a0a0aUL)) & 0x8080808080808080UL;
            if (llmopt_stops) {
                p += __builtin_ctzl(llmopt_stops) >> 3;
                break;
            }
            p += 8;
        }
        while (p < end && *p != '\\n')
            p++;
    }
    return p;
}""",
        contract=Contract(length={"s": "n"}, range={"n": (0, 200)}),
    ),
    Example(
        before="""\
unsigned long f(const unsigned char *s, unsigned long n, int c)
{
    const unsigned char *p = s;
    const unsigned char *end = s + n;
    for (; p < end && *p < 0x80 && (*p == ' ' || *p == (unsigned char)c); ++p)
        ;
    return (unsigned long)(p - s);
}""",
        after="""\
static __inline__ __attribute__((always_inline)) unsigned long f__llmopt_same(unsigned long word, unsigned long pattern)
{
    word ^= pattern;
    return ~(((word & 0x7f7f7f7f7f7f7f7fUL) + 0x7f7f7f7f7f7f7f7fUL) | word);
}
#line 1
unsigned long f(const unsigned char *s, unsigned long n, int c)
{
    const unsigned char *p = s;
    const unsigned char *end = s + n;
    {
        while (p < end && end - p >= 8) {
            unsigned long llmopt_word, llmopt_stops;
            __builtin_memcpy(&llmopt_word, p, 8);
            llmopt_stops = ~(~llmopt_word & (f__llmopt_same(llmopt_word, 0x2020202020202020UL) | f__llmopt_same(llmopt_word, ((unsigned long)(unsigned char)c * 0x0101010101010101UL)))) & 0x8080808080808080UL;
            if (llmopt_stops) {
                p += __builtin_ctzl(llmopt_stops) >> 3;
                break;
            }
            p += 8;
        }
        for (; p < end && *p < 0x80 && (*p == ' ' || *p == (unsigned char)c); ++p)
            ;
    }
    return (unsigned long)(p - s);
}""",
        contract=Contract(length={"s": "n"}, range={"n": (0, 200)}),
    ),
)

REFUSED = (
    Refused(
        "const char *f(const char *p, int n) { while (n > 0 && *p != 'x') { p++; n--; } return p; }",
        "two local pointers",
    ),
    Refused(
        "const char *f(const char *p, const char *end) { while (p < end && *p != 300) p++;"
        " return p; }",
        "no byte",
    ),
    Refused(
        "volatile char *f(volatile char *p, volatile char *end)"
        " { while (p < end && *p != 'x') p++; return p; }",
        "between two local pointers",
    ),
    Refused(
        "const char *f(const char *p, const char *end)"
        " { while (p < end && *p != 'x') p += 2; return p; }",
        "more than scan",
    ),
    Refused(
        "#define AT(p) (*(p))\n"
        "const char *f(const char *p, const char *end) { while (p != end && AT(p) != 'x') p++;"
        " return p; }",
        "ask for an end first",
    ),
)
