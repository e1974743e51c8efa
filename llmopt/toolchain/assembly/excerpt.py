"""One function's assembly as a text of its own: to be read, edited, stored and put back."""

from __future__ import annotations

import re

from llmopt.errors import NotApplicable
from llmopt.toolchain.assembly.closure import function, needs
from llmopt.toolchain.assembly.merge import take
from llmopt.toolchain.assembly.parse import Atom, parse

_LABEL = re.compile(r"(?<![\w.$])\.L[\w.$]+")
_DEFINED = re.compile(r"^(\.L[\w.$]+):", re.MULTILINE)


def excerpt(text: str, name: str) -> str:
    """The function with its private constants and tables, each in its section.

    Debug information is left out. Raises SourceError when the unit does not define it.
    """
    unit = parse(text)
    root = function(unit, name)
    lines: list[str] = []
    for atom in (root, *needs(unit, [root]).atoms):
        lines += _lines(atom)
    return "\n".join(lines) + "\n"


def replace(carrier: str, name: str, text: str) -> str:
    """The carrier with an excerpt, edited or not, in place of its function.

    The text's private labels are its own. Raises NotApplicable when it does not fit (see `take`),
    SourceError when it is not understood.
    """
    unit = parse(carrier)
    body = function(unit, name)
    defined = _DEFINED.findall(text)
    if missing := set(_LABEL.findall(text)) - set(defined):
        raise NotApplicable(f"the text names {min(missing)}, which it does not define")
    renamed = _LABEL.sub(lambda found: f".Lexcerpt_{found.group(0)[2:]}", text)
    if ".Lexcerpt_" in carrier:
        raise NotApplicable("the carrier uses labels of the form .Lexcerpt_")
    first = min(statement.line for statement in body.statements)
    gone = {statement.line for statement in body.statements}
    donor: list[str] = []
    for number, line in enumerate(unit.lines):
        if number == first:
            section = body.parts[0].section.declaration
            donor += [*renamed.splitlines(), f"\t.section\t{section}"]
        if number not in gone:
            donor.append(line)
    return take(carrier, "\n".join(donor), [name])


def _lines(atom: Atom) -> list[str]:
    lines = []
    for part in atom.parts:
        lines.append(f"\t.section\t{part.section.declaration}")
        for statement in part.statements:
            if statement.kind != "loc":
                indent = "" if statement.kind == "label" else "\t"
                lines.append(f"{indent}{statement.text}")
    return lines
