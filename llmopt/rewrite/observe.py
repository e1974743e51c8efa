"""A unit instrumented to count the values of integer parameters. For private builds only."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from llmopt.rewrite.unit import UnitContext
from llmopt.source import splice as splicing
from llmopt.source.functions import FunctionText

_INTEGERS = frozenset(
    f"{sign}{kind}"
    for sign in ("", "unsigned ", "signed ")
    for kind in ("char", "short", "int", "long", "long long")
) | frozenset(
    {"size_t", "ssize_t", "ptrdiff_t", "unsigned", "bool", "_Bool"}
    | {f"{sign}int{bits}_t" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)

# A majority candidate (Boyer and Moore) needs one slot for each parameter. Its hits are counted from
# when it became the candidate, so they are never more than it had.
_PRELUDE = """\
struct llmopt_value { const char *function, *parameter; long long value; long hits, calls, lead; };
static void llmopt_observe(struct llmopt_value *slot, long long value)
{
    slot->calls++;
    if (slot->lead == 0) { if (slot->value != value) slot->hits = 0; slot->value = value; }
    if (slot->value == value) { slot->lead++; slot->hits++; } else slot->lead--;
}
"""


def integer_parameters(function: FunctionText) -> tuple[str, ...]:
    """The parameters that are integers by value."""
    return tuple(
        name
        for name, kind in zip(function.parameters, function.parameter_types, strict=True)
        if name and kind.removeprefix("const ") in _INTEGERS
    )


def instrumented(
    context: UnitContext, functions: Sequence[FunctionText], directory: str
) -> bytes:
    """The unit's object with counters in the given functions, written to `directory` at exit.

    Raises ToolFailed when the compiler refuses the text.
    """
    replacements = [splicing.Replacement(f, _counted(f)) for f in functions]
    text = splicing.splice(context.content, replacements)
    slots = [(f.name, p) for f in functions for p in integer_parameters(f)]
    unit = _file_name(context.unit.source)
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as place:
        source = context.unit.command.source
        path = Path(place) / splicing.spliced_name(source)
        path.write_bytes(_declared(slots) + b'#line 1\n' + text + _written(slots, directory, unit))
        options = splicing.options(source, place)
        return context.compiler.object(str(path), (*options, "-w"))[0]


def _file_name(source: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in source)


def _slot(function: str, parameter: str) -> str:
    return f"llmopt_value_{function}_{parameter}"


def _counted(function: FunctionText) -> bytes:
    calls = "".join(
        f"llmopt_observe(&{_slot(function.name, p)}, (long long)({p}));"
        for p in integer_parameters(function)
    )
    at = function.body - function.start + 1
    return function.text[:at] + calls.encode() + function.text[at:]


def _declared(slots: Sequence[tuple[str, str]]) -> bytes:
    lines = [
        f'static struct llmopt_value {_slot(f, p)} = {{"{f}", "{p}", 0, 0, 0, 0}};'
        for f, p in slots
    ]
    return (_PRELUDE + "\n".join(lines) + "\n").encode()




def _written(slots: Sequence[tuple[str, str]], directory: str, unit: str) -> bytes:
    """The end of the unit: a destructor that writes the counts, one file for each process."""
    lines = "\n".join(
        f"    llmopt_write(file, &{_slot(f, p)});" for f, p in slots
    )
    return f"""
#line 1 "llmopt-observe"
#include <stdio.h>
#include <unistd.h>
static void llmopt_write(FILE *file, const struct llmopt_value *slot)
{{
    if (slot->calls)
        fprintf(file, "%s %s %lld %ld %ld\\n", slot->function, slot->parameter, slot->value,
                slot->hits, slot->calls);
}}
__attribute__((destructor)) static void llmopt_write_all(void)
{{
    char path[4096];
    snprintf(path, sizeof path, "{directory}/{unit}.%ld", (long)getpid());
    FILE *file = fopen(path, "w");
    if (!file)
        return;
{lines}
    fclose(file);
}}
""".encode()
