"""Random loop nests in C: valid for whatever memory they are given, and the same with a trace.

Every function has the one signature `PARAMETERS`. In its traced form each access says where it
goes: a test knows which calls are valid, and lays arrays against pages that nobody may touch.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

#: Width of the rows of `c`, `d`.
WIDTH = 32
PARAMETERS = (
    "int n, int m, double s0, int k0, int w, double *a, double *b, float *x, int *p, long *q, "
    f"unsigned *u, signed char *h, double (*c)[{WIDTH}], double (*d)[{WIDTH}], double (*e)[w]"
)
ARGUMENTS = "n, m, s0, k0, w, a, b, x, p, q, u, h, c, d, e"
#: The arrays in the order of their numbers in a trace, with the types of their elements.
ARRAYS = {
    "a": "double",
    "b": "double",
    "x": "float",
    "p": "int",
    "q": "long",
    "u": "unsigned",
    "h": "signed char",
    "c": "double",
    "d": "double",
    "e": "double",
    "ga": "double",
}
GLOBALS = "double ga[200];\n"
_ROWS = {"c": str(WIDTH), "d": str(WIDTH), "e": "w"}
_OF = {
    "double": ("a", "b", "c", "d", "e", "ga"),
    "float": ("x",),
    "int": ("p",),
    "long": ("q",),
    "unsigned": ("u",),
    "signed char": ("h",),
}


@dataclass
class Writer:
    """Writes one function. An access is `@array:row@` or `@array:row:column@` until the end."""

    chance: random.Random
    loops: list[str] = field(default_factory=list)
    local: dict[str, str] = field(default_factory=dict)
    outer: dict[str, str] = field(default_factory=dict)
    count: int = 0
    #: Arrays whose rows the text itself counts, with the size of one.
    flat: dict[str, str] = field(default_factory=dict)
    predeclared: list[str] = field(default_factory=list)

    def function(self, name: str) -> tuple[str, str]:
        """As it is, and traced."""
        for kind in ("double", "int"):
            if self.chance.random() < 0.25:
                self.outer[f"s{kind[0]}"] = kind
        for array in "abxp":
            if self.chance.random() < 0.2:
                self.flat[array] = self.chance.choice(("w", "w", "n", "m"))
        arrays = self.chance.sample(sorted(ARRAYS), self.chance.randint(2, 4))
        self.allowed = {*arrays, self.chance.choice("abcd")}
        self.targets = self.chance.sample(sorted(self.allowed), self.chance.choice((1, 1, 2)))
        body = "".join(self.nest(0) for _ in range(self.chance.choice((1, 1, 1, 2))))
        head = "".join(f"    {k} {v} = {self.literal(k)};\n" for v, k in self.outer.items())
        head += "".join(f"    {line}\n" for line in self.predeclared)
        returned = " + ".join([v for v in self.outer if self.chance.random() < 0.7] or ["0"])
        text = f"double {name}({PARAMETERS})\n{{\n{head}{body}    return {returned};\n}}\n"
        return forms(text, name)

    def nest(self, depth: int) -> str:
        deepest = self.chance.choice((1, 2, 2, 3, 3))
        return self.loop(depth, deepest)

    def loop(self, depth: int, deepest: int) -> str:
        self.count += 1
        name = f"i{self.count}" if self.chance.random() < 0.9 or self.loops else "i"
        kind = self.chance.choice(
            ("int", "int", "long", "int", "long", "unsigned", "unsigned long")
        )
        low, high = self.bound(low=True), self.bound(low=False)
        sign = self.chance.choice(("<", "<", "<="))
        declared = f"{kind} "
        if self.chance.random() < 0.3 and name != "i":
            self.predeclared.append(f"{kind} {name};")
            declared = ""
        if self.chance.random() < 0.2:
            head = f"for ({declared}{name} = {high} - 1; {name} >= {low}; {name}--)"
        else:
            head = f"for ({declared}{name} = {low}; {name} {sign} {high}; {name}++)"
        self.loops.append(name)
        inside = dict(self.local)
        count = 1 if depth + 1 < deepest else self.chance.choice((1, 1, 2))
        parts = [self.statement(depth + 1) for _ in range(self.chance.choice((0, 0, 0, 1)))]
        for _ in range(count):
            deeper = depth + 1 < deepest
            parts.append(self.loop(depth + 1, deepest) if deeper else self.statement(depth + 1))
        if depth + 1 < deepest and self.chance.random() < 0.25:
            parts += [self.statement(depth + 1) for _ in range(self.chance.randint(1, 2))]
        self.local = inside
        self.loops.pop()
        pad = "    " * (depth + 1)
        return f"{pad}{head} {{\n{''.join(parts)}{pad}}}\n"

    def bound(self, *, low: bool) -> str:
        chance = self.chance
        if low:
            made = ["0"] * 6 + ["1", "2", "m - 3"] + [f"{i}" for i in self.loops]
            return chance.choice(made + [f"{i} + 1" for i in self.loops])
        made = ["n", "n", "n", "m", "m", "8", "16", "n - 1", "9", "3"]
        if self.loops and chance.random() < 0.2:
            made = [f"{i} + 3" for i in self.loops] + [f"n - {i}" for i in self.loops]
        return chance.choice(made)

    def statement(self, depth: int) -> str:
        chance = self.chance
        pad = "    " * (depth + 1)
        roll = chance.random()
        if roll < 0.15:
            kind = chance.choice(("double", "double", "int", "float"))
            self.count += 1
            name = f"v{self.count}"
            text = f"{pad}{kind} {name} = {self.value(kind, 2)};\n"
            self.local[name] = kind
            return text
        if roll < 0.28:
            one = chance.choice(self.loops)
            other = chance.choice(["n - 2", "3", "m", "5", *self.loops])
            text = f"{pad}if ({one} {chance.choice(('<', '<=', '>', '>=', '=='))} {other}) {{\n"
            local = dict(self.local)
            text += self.assignment(pad + "    ")
            self.local = local
            text += f"{pad}}}"
            if "==" not in text and chance.random() < 0.4:
                text += f" else {{\n{self.assignment(pad + '    ')}{pad}}}"
            return text + "\n"
        return self.assignment(pad)

    def assignment(self, pad: str) -> str:
        chance = self.chance
        scalars = {**self.outer, **self.local}
        if scalars and chance.random() < 0.3:
            target = chance.choice(sorted(scalars))
            kind = scalars[target]
        else:
            array = chance.choice(self.targets)
            kind = ARRAYS[array]
            target = self.element(array)
        signs = ["=", "=", "+=", "-="]
        if kind in ("int", "long", "unsigned"):
            signs += ["^=", "|=", "&="]
        sign = "=" if kind == "signed char" else chance.choice(signs)
        return f"{pad}{target} {sign} {self.value(kind, 3)};\n"

    def element(self, array: str) -> str:
        if size := self.flat.get(array):
            row, column = self.subscript(), self.subscript()
            order = self.chance.choice(("({0}) * {1} + {2}", "{2} + {1} * ({0})"))
            return f"@{array}:{order.format(row, size, column)}@"
        if array in _ROWS:
            column = self.subscript()
            return f"@{array}:{self.subscript()}:{column}@"
        return f"@{array}:{self.subscript()}@"

    def subscript(self) -> str:
        chance = self.chance
        i = chance.choice(self.loops)
        j = chance.choice(self.loops)
        made = [i] * 12 + [f"{i} + 1", f"{i} - 1", f"{i} + 2", f"{i} + {j}", f"2 * {i}", "3", "0"]
        return chance.choice([*made, f"{i} - {j}", f"n - {i}", self.loops[-1], self.loops[-1]])

    def literal(self, kind: str) -> str:
        if kind in ("double", "float"):
            return self.chance.choice(("0.5", "0.25", "-0.75", "0", "1")) + (
                "" if kind == "double" else " * 1.0f"
            )
        return str(self.chance.randint(-3, 9))

    def value(self, kind: str, depth: int) -> str:
        chance = self.chance
        roll = chance.random()
        if depth == 0 or roll < 0.3:
            return self.leaf(kind)
        if roll < 0.42:
            sign = chance.choice(("<", ">", "<=", "==", "!="))
            left, right, one, other = (self.value(kind, depth - 1) for _ in range(4))
            return f"({left} {sign} {right} ? {one} : {other})"
        one, other = self.value(kind, depth - 1), self.value(kind, depth - 1)
        if kind in ("double", "float"):
            half = "0.5" if kind == "double" else "0.5f"
            forms = ["({0} + {1})", "({0} - {1})", "({0} * {2})", "({0} * {1})", "(-{0})",
                     "({0} / (1.5 + {1}))", "({2} + {0} * {2})"]  # fmt: skip
            return chance.choice(forms).format(one, other, half)
        forms = ["({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} & {1})", "({0} ^ {1})",
                 "({0} / 3)", "({0} % 5)", "({0} >> 1)", "~{0}", "(-{0})",
                 "({1} != 0 ? 7 / {1} : {0})", "({0} < {1})", "({0} && {1})"]  # fmt: skip
        return chance.choice(forms).format(one, other)

    def leaf(self, kind: str) -> str:
        chance = self.chance
        scalars = [v for v, k in {**self.outer, **self.local}.items() if k == kind]
        arrays = [a for a in _OF[kind] if a in self.allowed]
        if chance.random() < 0.8:
            arrays = [a for a in arrays if a not in self.targets] or arrays
        roll = chance.random()
        if scalars and roll < 0.25:
            return chance.choice(scalars)
        if arrays and roll < 0.8:
            return self.element(chance.choice(arrays))
        if roll < 0.85:
            return chance.choice(self.loops)
        if roll < 0.9 and kind in ("double", "int"):
            return {"double": "s0", "int": "k0"}[kind]
        return f"({self.literal(kind)})"


def forms(text: str, name: str) -> tuple[str, str]:
    """A function whose accesses are marked, as it is and traced."""
    return _plain(text), _traced(text).replace(f"double {name}(", f"double {name}_traced(")


def written(seed: int, name: str) -> tuple[str, str]:
    """The function of a seed, as it is and traced."""
    return Writer(random.Random(seed)).function(name)


def _plain(text: str) -> str:
    found = []
    for number, part in enumerate(text.split("@")):
        array, *subscripts = part.split(":") if number % 2 else (part,)
        found.append(array + "".join(f"[{s}]" for s in subscripts))
    return "".join(found)


def _traced(text: str) -> str:
    found = []
    for number, part in enumerate(text.split("@")):
        if not number % 2:
            found.append(re.sub(r"^( *for .*\{)$", r"\1 step();", part, flags=re.MULTILINE))
            continue
        array, *subscripts = part.split(":")
        place = list(ARRAYS).index(array)
        row, column = subscripts if len(subscripts) == 2 else ("0", subscripts[0])
        width = _ROWS.get(array, "0")
        flat = f"(({ARRAYS[array]} *){array})" if array in _ROWS else array
        found.append(f"{flat}[trace({place}, {row}, {column}, {width})]")
    return "".join(found)
