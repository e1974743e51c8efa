"""The carrier's text with the donor's bodies in it.

Lines of the old bodies go, one block per function comes in their place, and no other line changes.
The block opens its own sections with `.pushsection`, so that the text behind it cannot notice.
Afterwards the merged text is read again: every other function and object must be as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from llmopt.errors import NotApplicable, SourceError
from llmopt.toolchain.assembly.closure import canonical_atom, needs
from llmopt.toolchain.assembly.match import Matcher
from llmopt.toolchain.assembly.parse import AssemblyUnit, Atom, Part, parse
from llmopt.toolchain.assembly.syntax import Statement

_BEGIN: Final = re.compile(r"\.L(FB|FSB|func_begin)\d+")
_END: Final = re.compile(r"\.L(FE|func_end)\d+")
_PROTECTION: Final = 0xC0000002  # GNU_PROPERTY_X86_FEATURE_1_AND


def take(carrier: str, donor: str, names: Sequence[str]) -> str:
    """The carrier's assembly with the functions `names` as the donor has them.

    Raises:
        NotApplicable: the functions do not surely fit; the reason says why.
        SourceError: one of the texts is not understood.
    """
    if not names or len(set(names)) != len(names):
        raise NotApplicable("take needs different names of functions")
    old, new = parse(carrier), parse(donor)
    for name in names:
        _check_function(old, new, name)
    _check_protection(old, new)
    merged = _Merge(old, new, tuple(names)).text()
    _check_result(old, new, merged, names)
    return merged


def _check_function(old: AssemblyUnit, new: AssemblyUnit, name: str) -> None:
    if "." in name:
        raise NotApplicable(f"{name} is a suffixed clone")
    for unit, role in ((old, "carrier"), (new, "donor")):
        if name not in unit.functions:
            raise NotApplicable(f"the function {name} is not defined in the {role}")
    if old.linkage(name) != new.linkage(name):
        raise NotApplicable(f"the linkage of {name} differs")
    mine, other = old.functions[name], new.functions[name]
    if mine.parts[0].section != other.parts[0].section:
        raise NotApplicable(f"the section of {name} differs")
    for unit, atom in ((old, mine), (new, other)):
        _check_body(unit, atom)
    if _unwinds(mine) and not _unwinds(other):
        raise NotApplicable(f"{name} has no unwind information in the donor")


def _check_body(unit: AssemblyUnit, atom: Atom) -> None:
    for part in atom.parts:
        first, last = part.statements[0].line, part.statements[-1].line
        if any(first <= line <= last for line in unit.section_jumps):
            raise NotApplicable(f"{atom.name} switches sections in inline assembly")
    for label in atom.labels:
        found = unit.attributes.get(label, frozenset())
        if label not in {atom.name, f"{atom.name}.cold"} and not unit.is_private(label):
            raise NotApplicable(f"the body of {atom.name} defines the symbol {label}")
        if not label.startswith(".L") and "local" in found:
            raise NotApplicable(f"the body of {atom.name} declares the symbol {label}")
    for statement in atom.statements:
        if statement.name in {".cfi_personality", ".cfi_lsda"}:
            raise NotApplicable(f"{atom.name} has an exception table")


def _unwinds(atom: Atom) -> bool:
    return any(statement.kind == "cfi" for statement in atom.statements)


def _check_protection(old: AssemblyUnit, new: AssemblyUnit) -> None:
    """A unit that promises control flow protection may only hold code that has it."""
    if lacking := _protection(old) & ~_protection(new):
        raise NotApplicable(f"the donor lacks control flow protection ({lacking:#x})")


def _protection(unit: AssemblyUnit) -> int:
    numbers = [
        int(operand, 0)
        for section, statement in unit.loose
        if section.name == ".note.gnu.property" and statement.name == ".long"
        for operand in statement.operands
        if re.fullmatch(r"0x[0-9a-fA-F]+|[1-9]\d*|0", operand)
    ]
    if _PROTECTION not in numbers:
        return 0
    # Behind the type come a length, which gcc prints as a difference of labels, and the bits.
    return numbers[-1]


@dataclass(frozen=True)
class _Kept:
    """Labels of removed code that debug information still names, by where they stood."""

    begin: tuple[str, ...]
    middle: tuple[str, ...]
    end: tuple[str, ...]


class _Merge:
    """One merge; `text` raises `NotApplicable`."""

    def __init__(self, old: AssemblyUnit, new: AssemblyUnit, names: tuple[str, ...]) -> None:
        self._old, self._new, self._names = old, new, names
        self._matcher = Matcher(old, new, names)
        self._bodies = [old.functions[name] for name in names]
        self._imports = self._needed()
        twins = self._matcher.twins
        self._twins = {twins[symbol]: new.owners[symbol] for symbol in twins}
        self._check_tables()
        self._removed = self._removable()
        self._renames = self._private_names()
        self._outside = self._outside_refs()
        self._blocks: dict[int, list[str]] = {}  # line of the carrier -> what is put before it
        self._hoisted: set[int] = set()

    def _needed(self) -> list[Atom]:
        """The donor's private atoms; every other symbol it names must fit the carrier."""
        roots = [self._new.functions[name] for name in self._names]
        while True:
            need = needs(self._new, roots)
            if need.foreign:
                label, where = next(iter(need.foreign.items()))
                raise NotApplicable(f"the donor refers to {label} at {where}")
            for symbol in need.symbols:
                if symbol.removesuffix(".cold") not in self._names:
                    self._matcher.fits(symbol)
            for label in need.synonyms:
                if label not in self._old.owners:
                    raise NotApplicable(f"{label} is not defined in the carrier")
            tables = [self._new.owners[symbol] for symbol in self._matcher.twins]
            if all(any(table is root for root in roots) for table in tables):
                self._synonyms = need.synonyms
                return list(need.atoms)
            roots += [t for t in tables if not any(t is root for root in roots)]

    def _check_tables(self) -> None:
        """Tables of the carrier that point into the old bodies must all be replaced."""
        for atom in self._old.atoms:
            public = any(not self._old.is_private(label) for label in atom.labels)
            if atom.kind != "data" or not self._matcher.points_into(self._old, atom):
                continue
            if public and atom.name not in self._twins:
                raise NotApplicable(f"the table {atom.name} points into a body; the donor has none")
            if public and len(atom.labels) > 1:
                raise NotApplicable(f"the table {atom.name} has several names")

    def _removable(self) -> list[Atom]:
        """The old bodies, their tables, and the private atoms that nobody else names."""
        gone = [*self._bodies, *(self._old.owners[name] for name in self._twins)]
        private = list(needs(self._old, gone).atoms)
        while True:
            out = {id(atom) for atom in (*gone, *private)}
            named = {r for atom in self._old.atoms if id(atom) not in out for r in atom.refs}
            named |= {ref for _, statement in self._old.loose for ref in statement.refs}
            kept = [atom for atom in private if named.isdisjoint(atom.labels)]
            if len(kept) == len(private):
                return [*gone, *private]
            private = kept

    def _private_names(self) -> dict[str, str]:
        """A new name for each private label of the donor, unlike anything in the carrier."""
        text = "\n".join(self._old.lines)
        number = 0
        while f".Llmopt{number}_" in text:
            number += 1
        atoms = [*(self._new.functions[name] for name in self._names), *self._imports]
        atoms += self._twins.values()
        renames = {
            label: f".Llmopt{number}_{label.removeprefix('.L').lstrip('.')}"
            for atom in atoms
            for label in atom.labels
            if self._new.is_private(label)
        }
        if len(set(renames.values())) != len(renames):
            raise NotApplicable("labels of the donor differ in dots only")
        return renames | {s: n for s, n in self._matcher.renamed.items() if s != n}

    def _outside_refs(self) -> set[str]:
        """Removed labels that what remains still names; only debug information may."""
        out = {id(atom) for atom in self._removed}
        gone = {label for atom in self._removed for label in atom.labels}
        entries = {*self._names, *self._twins, *(f".L{name}$local" for name in self._names)}
        for atom in self._old.atoms:
            for ref in atom.refs if id(atom) not in out else ():
                if ref in gone and (ref not in entries or ref in self._twins):
                    raise NotApplicable(f"{atom.name} refers to {ref} in a body that is replaced")
        found: set[str] = set()
        inner = gone - entries
        for section, statement in self._old.loose:
            found.update(statement.refs)
            for ref in statement.refs:
                if ref in inner and not section.name.startswith(".debug"):
                    raise NotApplicable(f"{section.name} refers to {ref} in a replaced body")
        for atom in self._old.atoms:
            if id(atom) not in out:
                found.update(set(atom.refs) & entries)
        return found

    def text(self) -> str:
        """The merged text."""
        for name, body in zip(self._names, self._bodies, strict=True):
            self._function(body, self._new.functions[name])
        last = self._bodies[-1].parts[0].statements[0].line
        for name, table in self._twins.items():
            self._blocks[last] += self._data(table, self._old.owners[name])
        for atom in self._imports:
            self._blocks[last] += self._data(atom, None)
        for symbol, linkage in self._matcher.imported.items():
            self._blocks[last] += [f"\t.{word}\t{symbol}" for word in sorted(linkage)]
        for line, block in self._blocks.items():
            section = self._section_at(line)
            self._blocks[line] = [f"\t.pushsection {section}", *block, "\t.popsection"]
        dropped = self._dropped() | self._hoisted
        lines: list[str] = []
        for number, old in enumerate(self._old.lines):
            lines += self._blocks.get(number, [])
            if number not in dropped:
                lines.append(old)
        return "\n".join(self._with_significant(lines))

    def _section_at(self, line: int) -> str:
        return next(
            body.parts[0].section.declaration
            for body in self._bodies
            if body.parts[0].statements[0].line == line
        )

    def _function(self, old: Atom, new: Atom) -> None:
        block: list[str] = []
        first = old.parts[0].statements[0].line
        last = old.parts[0].statements[-1].line
        # gcc declares a file where it first needs it, which may be in the middle of this body.
        for statement in self._old.neutral:
            if first <= statement.line <= last and statement.name == ".file":
                block.append(self._old.lines[statement.line])
                self._hoisted.add(statement.line)
        views = {view for s in old.statements for view in s.views} & self._outside
        place = next((_place(s) for s in old.statements if s.kind == "loc"), None)
        cold = {part.section: part for part in old.parts[1:]}
        for index, part in enumerate(new.parts):
            behind = old.parts[0] if index == 0 else cold.pop(part.section, None)
            block += self._part(old, part, behind, place)
        for behind in cold.values():  # a cold part that the donor does without
            kept = self._kept(behind)
            block.append(f"\t.section\t{behind.section.declaration}")
            block += [f"{label}:" for label in (*kept.begin, *kept.middle, *kept.end)]
        if place and not self._is_statement_after(old):
            # `is_stmt` holds on: the next function's lines rest on what this one left.
            block.append(f"\t.section\t{old.parts[0].section.declaration}")
            block.append(f"{place} is_stmt 0")
        block += [f"\t.set\t{view},0" for view in sorted(views)]
        self._blocks[first] = block

    def _part(self, old: Atom, part: Part, behind: Part | None, place: str | None) -> list[str]:
        kept = self._kept(behind) if behind else _Kept((), (), ())
        # Lists of variables' places in clang's debug information begin where the function begins:
        # with what is in between at the begin they are empty, rather than wrong.
        clang = any(label.startswith(".Lfunc_begin") for label in old.labels)
        before = (*kept.begin, *(kept.middle if clang else ()))
        after = (*(() if clang else kept.middle), *kept.end)
        block = [f"\t.section\t{part.section.declaration}"]
        symbol = next(s.name for s in part.statements if s.kind == "label" and s.name[0] != ".")
        if symbol != old.name:
            block.append(f"\t.type\t{symbol}, @function")
        else:  # said before the body calls itself: assemblers relocate by what they know by then
            bindings = sorted(self._old.linkage(symbol) & {"globl", "weak"})
            block += [f"\t.{binding}\t{symbol}" for binding in bindings]
        for statement in part.statements:
            if statement.kind != "loc":
                block.append(_indented(statement, statement.renamed(self._renames)))
            if statement.kind == "label" and statement.name == symbol:
                block += [f"{label}:" for label in before]
                block += [f"\t{place.strip()} is_stmt 1"] if place else []
                local = f".L{symbol}$local"
                if local in self._outside or local in self._synonyms:
                    block.append(f"{local}:")
        block += [f"{label}:" for label in after]
        block.append(f"\t.size\t{symbol}, .-{symbol}")
        return block

    def _kept(self, part: Part) -> _Kept:
        labels = [
            s.name
            for s in part.statements
            if s.kind == "label" and s.name in self._outside and s.name.startswith(".L")
            and not s.name.endswith("$local")
        ]  # fmt: skip
        begin = tuple(label for label in labels if _BEGIN.fullmatch(label))
        end = tuple(label for label in labels if _END.fullmatch(label))
        return _Kept(begin, tuple(x for x in labels if x not in {*begin, *end}), end)

    def _data(self, atom: Atom, twin: Atom | None) -> list[str]:
        """A data atom or alias of the donor; labels of a twin keep the carrier's symbol."""
        if atom.kind in {"alias", "common"}:
            if atom.kind == "common":
                raise NotApplicable(f"the private {atom.name} is a common symbol")
            return [f"\t{statement.renamed(self._renames)}" for statement in atom.statements]
        section = (twin or atom).parts[0].section
        block = [f"\t.section\t{section.declaration}"]
        block += [_indented(s, s.renamed(self._renames)) for s in atom.statements]
        return block

    def _is_statement_after(self, old: Atom) -> bool:
        """Whether `is_stmt` is on behind the old body."""
        last = max(s.line for s in old.statements)
        state = True
        everything = [s for _, s in self._old.loose if s.kind == "loc"]
        everything += [s for f in self._old.functions.values() for s in f.statements]
        for statement in sorted(everything, key=lambda s: s.line):
            found = re.search(r"\bis_stmt\s+([01])", statement.text)
            if statement.kind == "loc" and statement.line <= last and found:
                state = found.group(1) == "1"
        return state

    def _dropped(self) -> set[int]:
        """The lines that go: removed statements, attributes of removed symbols, their comments."""
        dropped = {s.line for atom in self._removed for s in atom.statements}
        gone = {label for atom in self._removed for label in atom.labels}
        for statement in self._old.attribute_statements:
            if statement.name not in gone or statement.name in self._twins:
                continue
            if statement.name not in self._names or statement.text.startswith(".size"):
                dropped.add(statement.line)
        self._check_lines(dropped)
        following = False
        for number in range(len(self._old.lines) - 1, -1, -1):
            if number in self._old.busy:
                following = number in dropped
            elif following and self._is_behind_dropped(number, dropped):
                dropped.add(number)
        return dropped

    def _is_behind_dropped(self, number: int, dropped: set[int]) -> bool:
        while number >= 0 and number not in self._old.busy:
            number -= 1
        return number in dropped

    def _check_lines(self, dropped: set[int]) -> None:
        out = {id(atom) for atom in self._removed}
        shared = [s for atom in self._old.atoms if id(atom) not in out for s in atom.statements]
        shared += [s for _, s in self._old.loose]
        shared += [s for s in self._old.neutral if s.line not in self._hoisted]
        for statement in shared:
            if statement.line in dropped:
                raise NotApplicable(f"line {statement.line + 1} is only partly replaced")

    def _with_significant(self, lines: list[str]) -> list[str]:
        """Adds to clang's list of symbols whose address matters to linkers that fold code."""
        mine = [s.operands[0] for s in self._old.neutral if s.name == ".addrsig_sym"]
        if not any(s.name == ".addrsig" for s in self._old.neutral):
            return lines
        atoms = [*(self._new.functions[name] for name in self._names), *self._imports]
        refs = dict.fromkeys(ref for atom in atoms for ref in atom.refs)
        wanted = [r for r in refs if not self._new.is_private(r)]
        if any(s.name == ".addrsig" for s in self._new.neutral):
            listed = {s.operands[0] for s in self._new.neutral if s.name == ".addrsig_sym"}
            wanted = [symbol for symbol in wanted if symbol in listed]
        wanted = [self._matcher.renamed.get(symbol, symbol) for symbol in wanted]
        added = [f"\t.addrsig_sym {s}" for s in wanted if s not in mine]
        return lines[:-1] + added + lines[-1:]


def _indented(statement: Statement, text: str) -> str:
    return text if statement.kind == "label" else f"\t{text}"


def _place(location: Statement) -> str:
    """A `.loc` reduced to its file, line and column; views belong to the old code."""
    words = location.text.split()
    numbers = words[1:4] if len(words) > 3 and words[3].isdigit() else [*words[1:3], "0"]
    return "\t.loc " + " ".join(numbers)


def _check_result(old: AssemblyUnit, new: AssemblyUnit, merged: str, names: Sequence[str]) -> None:
    """Reads the merged text again and compares all that should be as it was.

    Raises:
        NotApplicable: something else has changed, or a label is missing.
    """
    try:
        unit = parse(merged)
        _compare(old, unit, names)
        for name in names:
            mine = canonical_atom(unit, unit.functions[name], shared=False)
            if mine != canonical_atom(new, new.functions[name], shared=False):
                raise NotApplicable(f"{name} would not be the donor's")
        needs(unit, unit.atoms)
    except SourceError as error:
        raise NotApplicable(f"the merged text would be wrong: {error}") from error


def _compare(old: AssemblyUnit, unit: AssemblyUnit, names: Sequence[str]) -> None:
    if list(old.functions) != list(unit.functions):
        raise NotApplicable("the functions of the unit would change")
    for atom in _public(old):
        twin = unit.owners.get(atom.name)
        if twin is None:
            raise NotApplicable(f"{atom.name} would be lost")
        if atom.name in names or _names_body(old, atom, names):
            continue
        shared = not _names_body(old, atom, names, deep=True)
        if canonical_atom(old, atom, shared=shared) != canonical_atom(unit, twin, shared=shared):
            raise NotApplicable(f"{atom.name} would change")
    if len(list(_public(old))) != len(list(_public(unit))):
        raise NotApplicable("the symbols of the unit would change")


def _public(unit: AssemblyUnit) -> Iterable[Atom]:
    return (atom for atom in unit.atoms if any(not unit.is_private(x) for x in atom.labels))


def _names_body(
    unit: AssemblyUnit, atom: Atom, names: Sequence[str], *, deep: bool = False
) -> bool:
    """Whether the atom points into one of the bodies, and `deep`: names data that does."""
    for ref in atom.refs:
        owner = unit.owners.get(ref)
        if owner is None or owner is atom:
            continue
        if owner.kind == "function" and owner.name in names and unit.is_private(ref):
            return True
        if deep and owner.kind == "data" and _names_body(unit, owner, names):
            return True
    return False
