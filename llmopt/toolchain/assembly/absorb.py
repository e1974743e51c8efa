"""Local functions that only the donor has, as a part of the functions that call them.

One build inlines a static function everywhere, the next one calls it. Its body then moves into a
cold part of its caller, as gcc makes them, and goes wherever that one goes. Where its address is
taken it stays: nobody could tell what else it is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from llmopt.toolchain.assembly.closure import needs
from llmopt.toolchain.assembly.parse import AssemblyUnit, Atom, is_local, parse

_BRANCH: Final = re.compile(r"(?:call|j)\w*\s+(?P<target>[\w.$]+)(?:@PLT)?")


def absorbed(donor: str, carrier: str, names: Sequence[str]) -> str:
    """The donor's text in which functions of `names` hold the local functions that they call and
    that the carrier lacks; as it is where two of them call the same one. Raises SourceError where
    one of the texts is not understood.
    """
    unit, there = parse(donor), parse(carrier)
    bodies = [unit.functions[name] for name in names if name in unit.functions]
    called = [_called(unit, there, body) for body in bodies]
    together = [g for found in called for g in found]
    if not together or len(set(together)) != len(together) or not set(names).isdisjoint(together):
        return donor
    lines: list[str | None] = list(unit.lines)
    for body, moved in zip(bodies, called, strict=True):
        if not moved:
            continue
        if len(body.parts) != 1:
            return donor
        renames = {g: f".Lwithin_{g}" for g in moved}
        block = _part(unit, body, moved, renames)
        for atom in (body, *(unit.functions[g] for g in moved)):
            for statement in atom.statements:
                lines[statement.line] = f"\t{statement.renamed(renames)}" if atom is body else None
        _drop_attributes(unit, moved, lines)
        last = _end(unit, body)
        lines[last] = "\n".join([lines[last] or "", *block])
    return "\n".join(line for line in lines if line is not None)


def _called(unit: AssemblyUnit, there: AssemblyUnit, body: Atom) -> list[str]:
    """The local functions that a body calls, those that they call among them, which others lack."""
    found: list[str] = []
    atoms = [body]
    for atom in atoms:  # grows while it is walked
        for ref in atom.refs:
            owner = unit.functions.get(ref)
            lacking = owner is not None and ref not in there.owners and is_local(unit, ref)
            if owner is None or not lacking or ref in found or ref == body.name:
                continue
            if len(owner.parts) == 1:
                found.append(ref)
                atoms.append(owner)
    private = needs(unit, atoms).atoms
    used = [s for atom in (*atoms, *private) for s in atom.statements]
    return [g for g in found if all(_only_branches(s.text) for s in used if g in s.refs)]


def _only_branches(text: str) -> bool:
    return bool(_BRANCH.fullmatch(text.strip()))


def _part(
    unit: AssemblyUnit, body: Atom, moved: Sequence[str], renames: dict[str, str]
) -> list[str]:
    """The lines of a cold part with the bodies of other functions in it."""
    section = body.parts[0].section.declaration
    cold = f"{body.name}.cold"
    lines = [f"\t.section\t{section}", f"\t.type\t{cold}, @function", f"{cold}:"]
    for name in moved:
        for statement in unit.functions[name].statements:
            text = statement.renamed(renames)
            lines.append(text if statement.kind == "label" else f"\t{text}")
    return [*lines, f"\t.size\t{cold}, .-{cold}"]


def _drop_attributes(unit: AssemblyUnit, moved: Sequence[str], lines: list[str | None]) -> None:
    for statement in unit.attribute_statements:
        if statement.name in moved:
            lines[statement.line] = None


def _end(unit: AssemblyUnit, body: Atom) -> int:
    """The last line that belongs to a body."""
    sizes = [
        s.line
        for s in unit.attribute_statements
        if s.name == body.name and s.text.startswith(".size")
    ]
    return max([*sizes, *(statement.line for statement in body.statements)])
