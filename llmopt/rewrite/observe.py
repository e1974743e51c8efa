"""A unit instrumented to count the values that steer a function. For private builds only."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from llmopt.rewrite.unit import UnitContext
from llmopt.source import splice as splicing
from llmopt.source.functions import FunctionText

#: Different values that are told apart for each expression; more than that is no usual value.
SLOTS = 16

_PRELUDE = f"""\
struct llmopt_value {{
    const char *function, *expression;
    long calls;
    int used;
    long long values[{SLOTS}];
    long counts[{SLOTS}];
}};
static void llmopt_observe(struct llmopt_value *slot, long long value)
{{
    slot->calls++;
    for (int i = 0; i < slot->used; i++)
        if (slot->values[i] == value) {{
            slot->counts[i]++;
            return;
        }}
    if (slot->used < {SLOTS}) {{
        slot->values[slot->used] = value;
        slot->counts[slot->used++] = 1;
    }}
}}
"""


def instrumented(context: UnitContext, functions: Sequence[FunctionText], directory: str) -> bytes:
    """The unit's object with counters in the given functions, written to `directory` at exit.

    Each line is `function calls value count expression`. Raises ToolFailed when the compiler
    refuses the text.
    """
    slots = [(f, number) for f in functions for number in range(len(f.steering))]
    replacements = [splicing.Replacement(f, _counted(f)) for f in functions]
    text = splicing.splice(context.content, replacements)
    unit = "".join(c if c.isalnum() else "_" for c in context.unit.source)
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as place:
        source = context.unit.command.source
        path = Path(place) / splicing.spliced_name(source)
        path.write_bytes(_declared(slots) + b"#line 1\n" + text + _written(slots, directory, unit))
        options = splicing.options(source, place)
        return context.compiler.object(str(path), (*options, "-w"))[0]


def _slot(function: FunctionText, number: int) -> str:
    return f"llmopt_value_{function.name}_{number}"


def _counted(function: FunctionText) -> bytes:
    calls = "".join(
        f"llmopt_observe(&{_slot(function, number)}, (long long)({steering.expression}));"
        for number, steering in enumerate(function.steering)
    )
    at = function.body - function.start + 1
    return function.text[:at] + calls.encode() + function.text[at:]


def _declared(slots: Sequence[tuple[FunctionText, int]]) -> bytes:
    lines = [
        f"static struct llmopt_value {_slot(f, n)} = "
        f'{{"{f.name}", "{f.steering[n].expression}", 0, 0, {{0}}, {{0}}}};'
        for f, n in slots
    ]
    return (_PRELUDE + "\n".join(lines) + "\n").encode()


def _written(slots: Sequence[tuple[FunctionText, int]], directory: str, unit: str) -> bytes:
    """The end of the unit: a destructor that writes the counts, one file for each process."""
    lines = "\n".join(f"    llmopt_write(file, &{_slot(f, n)});" for f, n in slots)
    return f"""
#line 1 "llmopt-observe"
#include <stdio.h>
int getpid(void);
static void llmopt_write(FILE *file, const struct llmopt_value *slot)
{{
    for (int i = 0; i < slot->used; i++)
        fprintf(file, "%s %ld %lld %ld %s\\n", slot->function, slot->calls, slot->values[i],
                slot->counts[i], slot->expression);
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
