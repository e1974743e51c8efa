"""A candidate as code that a program takes in while it runs.

What the candidate reaches is taken from the assembly of a unit that was compiled with it. Functions
of the unit come along as copies: callers and callees within a unit may agree on anything. Variables
are the program's own, and so is what has a name outside of the unit.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llmopt.errors import NotApplicable
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Job, Sandbox
from llmopt.shadow.program import Program, base
from llmopt.shadow.runtime import tool
from llmopt.shadow.splice import CANDIDATE, PARTS
from llmopt.toolchain.assembly.closure import NUMBERED
from llmopt.toolchain.assembly.parse import AssemblyUnit, Atom, is_local, parse
from llmopt.toolchain.assembly.syntax import Statement
from llmopt.toolchain.elf import Symbol

_TIMEOUT = 60.0
#: How the names of what stands in the program are written.
_THERE = "llmopt_there."
#: The same, for jumps to it.
_JUMP = "llmopt_jump."
#: The same, for words that hold its address.
_WORD = "llmopt_word."

_OF_A_THREAD = re.compile(r"@(?:got|d)?(?:tp|ntp)off|@tls", re.IGNORECASE)

_SCRIPT = """SECTIONS {{
  . = {place:#x};
  .image : {{ *(.llmopt.entry) *(.text .text.*) *(.rodata .rodata.*) *(.data.rel.ro*) *(.got*) }}
  .data : {{ *(.data .data.*) }}
  .bss : {{ *(.bss .bss.* COMMON) }}
  /DISCARD/ : {{ *(.note*) *(.comment) *(.eh_frame*) *(.debug*) }}
  ASSERT(SIZEOF(.data) + SIZEOF(.bss) == 0, "variables in an image")
}}
"""


@dataclass(frozen=True)
class Needed:
    """A candidate's code, and what it expects elsewhere: where it found that in the program,
    0 for what the program does not define itself; and names that it jumps to.
    """

    text: str
    addresses: Mapping[str, int]
    called: frozenset[str]


def needed(assembly: str, function: str, program: Program) -> Needed:
    """What the candidate for `function` needs.

    Raises NotApplicable where it cannot be told from the unit, SourceError where the text is not
    understood.
    """
    return _Taking(parse(assembly), function, program).all()


class _Taking:
    """Follows what a candidate names."""

    def __init__(self, unit: AssemblyUnit, function: str, program: Program) -> None:
        self._unit = unit
        self._program = program
        self._fixed = {function + part for part in PARTS}
        self._root = unit.functions.get(function + CANDIDATE)
        self._sizes = dict(_sizes(unit))
        self._bases = Counter(base(name) for name in unit.owners)
        self._taken: dict[str, Atom] = {}
        self._left: list[Atom] = []
        self._addresses: dict[str, int] = {}
        self._called: set[str] = set()

    def all(self) -> Needed:
        """Code and names."""
        if self._root is None:
            raise NotApplicable("the compiler made no function of the candidate")
        self._take(self._root)
        lines = ['\t.section\t.llmopt.entry,"ax",@progbits', f"\tjmp\t{self._root.name}"]
        while self._left:
            lines += self._lines(self._left.pop(0))
        return Needed("\n".join(lines) + "\n", self._addresses, frozenset(self._called))

    def _take(self, atom: Atom) -> None:
        if atom.name not in self._taken:
            self._taken[atom.name] = atom
            self._left.append(atom)

    def _lines(self, atom: Atom) -> Iterator[str]:
        for part in atom.parts:
            yield f"\t.section\t{part.section.declaration}"
            for statement in part.statements:
                if statement.kind in ("loc", "cfi"):
                    continue
                names = {ref: self._meant(ref, statement) for ref in statement.refs}
                text = statement.renamed(names)
                # The linker's own table only knows what is near.
                text = re.sub(rf"{re.escape(_THERE)}([^\s@]+)@GOTPCREL", rf"{_WORD}\1", text)
                yield ("" if statement.kind == "label" else "\t") + text

    def _meant(self, ref: str, statement: Statement) -> str:
        """What a name stands for in the image."""
        owner = self._unit.owners.get(ref)
        if owner is not None and ref == f".L{owner.name}$local":  # clang's second name of a symbol
            ref = owner.name
        if ref.startswith(".L") and (owner is None or owner.kind == "function"):
            if owner is None or owner.name not in self._taken:
                raise NotApplicable(f"{ref} is a place in other code")
            return ref
        if owner is self._root:
            return ref
        if _OF_A_THREAD.search(statement.text):
            raise NotApplicable(f"{ref} is a variable of each thread's own")
        if owner is not None and self._is_taken_along(owner, ref, statement):
            self._take(owner)
            return ref
        self._addresses[ref] = self._address(owner, ref)
        if not _is_call(statement, ref):
            return _THERE + ref
        self._called.add(ref)
        return _JUMP + ref

    def _is_taken_along(self, owner: Atom, ref: str, statement: Statement) -> bool:
        if ref in self._fixed:
            return False
        if owner.kind == "alias":
            if not self._unit.is_private(ref):
                raise NotApplicable(f"{ref} is a second name")
            return True
        if owner.kind == "function":
            # Where its address is taken elsewhere as well, the program has it, and may compare it.
            return _is_call(statement, ref) or ref not in self._addressed
        if owner.kind == "common" or not _is_constant(owner):
            return False
        # What has no name of its own in the source is not the same from compile to compile.
        return "." in ref or self._find(owner, ref) is None

    def _address(self, owner: Atom | None, ref: str) -> int:
        """Where the program has it; 0 where only the loader may know.

        Raises NotApplicable where it cannot be told.
        """
        if owner is None or not is_local(self._unit, ref):
            # Which of several the loader takes where a library has one, only the loader knows.
            if self._program.is_library:
                return 0
        if owner is None:
            shared = self._program.shared(ref)
            return self._program.address(shared) if shared else 0
        if NUMBERED.fullmatch(ref) and self._bases[base(ref)] > 1:
            raise NotApplicable(f"several variables are called {base(ref)}")
        found = self._find(owner, ref)
        if found is None:
            raise NotApplicable(f"the program has no {ref} of its own as the candidate means it")
        return self._program.address(found)

    def _find(self, owner: Atom, ref: str) -> Symbol | None:
        """The same function or variable of the unit in the program, as large."""
        local = is_local(self._unit, ref)
        found = self._program.own(ref) if local else self._program.shared(ref)
        if found is None or owner.kind == "function":
            return found
        return found if found.size and found.size == self._sizes.get(ref) else None

    @cached_property
    def _addressed(self) -> set[str]:
        """Functions that other units know, or whose address others than the candidate take."""
        found = {name for name in self._unit.functions if not is_local(self._unit, name)}
        for atom in self._unit.atoms:
            if atom is self._root:
                continue
            for statement in atom.statements:
                found |= {ref for ref in statement.refs if not _is_call(statement, ref)}
        return found


def _is_constant(atom: Atom) -> bool:
    section = atom.parts[0].section
    return section.is_read_only or section.name.startswith(".data.rel.ro")


def _is_call(statement: Statement, ref: str) -> bool:
    """Whether it goes there, in place of asking for the address."""
    if statement.kind != "insn" or not re.match(r"call|j", statement.name):
        return False
    return "*" not in statement.text and f"{ref}@GOTPCREL" not in statement.text


def _sizes(unit: AssemblyUnit) -> Iterator[tuple[str, int]]:
    for statement in unit.attribute_statements:
        if found := re.match(r"\.size\s+[^,]+,\s*(\d+)$", statement.text):
            yield statement.name, int(found.group(1))
    for atom in unit.atoms:
        if atom.kind == "common":
            yield atom.name, int(next(iter(atom.statements)).operands[1])


def image(
    context: UnitContext, sandbox: Sandbox, need: Needed, place: int, far: Mapping[str, int]
) -> bytes:
    """The candidate as bytes that run at `place`, and are entered at the first.

    `far` are the addresses of what the program does not define. Raises NotApplicable where one is
    missing, ToolFailed where what is there is too far away.
    """
    text, script = need.text, ""
    for name, known in need.addresses.items():
        address = known or far.get(name, 0)
        if not address:
            raise NotApplicable(f"{name} cannot be found in the program")
        script += f'"{_THERE}{name}" = {address:#x};\n'
        text += f"\t.section\t.rodata\n{_WORD}{name}:\n\t.quad\t{address:#x}\n"
        if name in need.called:
            text += f"\t.text\n{_JUMP}{name}:\n\tjmp\t*{_WORD}{name}(%rip)\n"
    with tempfile.TemporaryDirectory(prefix="llmopt-image-") as directory:
        Path(directory, "image.ld").write_text(script + _SCRIPT.format(place=place))
        Path(directory, "image.o").write_bytes(context.compiler.assemble(text))
        options = ("-static", "--oformat=binary", "--no-warn-rwx-segments", "-T", "image.ld")
        argv = (tool("ld"), *options, "-o", "image", "image.o")
        sandbox.check(Job(argv, directory, _TIMEOUT))
        return Path(directory, "image").read_bytes()
