"""Follows the stack pointer and the callee-saved registers through one function's assembly.

An abstract interpretation over the control-flow graph: a register or stack slot holds the value
that a register had at the entry, an address at a known distance from the stack pointer at the
entry (or from where it was realigned), or anything. Where ways meet, what differs is anything. The
rules are those of the System V ABI for x86-64: at every return and tail call the stack pointer and
the callee-saved registers are what they were, at every call the stack is aligned to 16 bytes,
nobody reads a register that a call may have changed or nobody has written, and nobody writes his
return address or below the red zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from llmopt.toolchain.assembly.syntax import Statement

SAVED = ("rbx", "rbp", "r12", "r13", "r14", "r15")
_CALLER_SAVED = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")
_RED_ZONE = 128

#: What a register holds that a call may have changed, or that carries no argument at the entry.
_NOTHING = ("nothing", "")
_RESULTS = ("rax", "rdx")
_NO_ARGUMENTS = ("r11",)
#: A value: ("entry", register), (base, offset in bytes) for an address, None for anything.
Value = tuple[str, str] | tuple[str, int] | None

_LETTERS = {"a": "rax", "b": "rbx", "c": "rcx", "d": "rdx"}
_NAMES = {"si": "rsi", "di": "rdi", "bp": "rbp", "sp": "rsp"}
_REGISTER = re.compile(
    r"%(?:[re]?([abcd])x|([abcd])[lh]|[re]?(si|di|bp|sp)l?|(r(?:8|9|1[0-5]))[dwb]?)"
)
_MEMORY = re.compile(r"(?P<offset>-?(?:0x[0-9a-fA-F]+|\d+))?\((?P<base>%\w+)\)")
_READS_ONLY = re.compile(
    r"(?:cmp|test|bt)[bwlq]?|push[wq]?|v?u?comis[sd]|v?ptest|vtestp[sd]|nop[wlq]?|prefetch\w*"
    r"|call[q]?|j\w+|ret[q]?"
)
_ZEROES = re.compile(r"(?:xor|sub|sbb|cmp)[bwlq]?")
_READS_TARGET = re.compile(
    r"(?:add|sub|and|or|xor|adc|sbb|inc|dec|neg|not|sh[lr]d?|sa[lr]|ro[lr]|rc[lr]|bts|btr|btc)[bwlq]?"
    r"|imul[wlq]"
)
_TWO_RESULTS = re.compile(r"(?:xchg|xadd|cmpxchg)[bwlq]?|mulx[lq]?")
_IMPLICIT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("mul", "div", "idiv", "cqto", "cltd", "cwtd", "cqo", "cdq"), ("rax", "rdx")),
    **dict.fromkeys(("cltq", "cwtl", "cbtw", "cdqe", "lahf"), ("rax",)),
    **dict.fromkeys(("cpuid",), ("rax", "rbx", "rcx", "rdx")),
    **dict.fromkeys(("rdtsc", "xgetbv", "rdpmc"), ("rax", "rdx")),
    **dict.fromkeys(("rdtscp",), ("rax", "rcx", "rdx")),
    **dict.fromkeys(("movs", "cmps", "stos", "lods", "scas"), ("rax", "rcx", "rsi", "rdi")),
    **dict.fromkeys(("cmpxchg", "cmpxchg8b", "cmpxchg16b"), ("rax", "rdx")),
    **dict.fromkeys(("loop", "loope", "loopne"), ("rcx",)),
}
_NO_RETURN = frozenset(
    "abort exit _exit _Exit __assert_fail __stack_chk_fail __chk_fail __fortify_fail longjmp "
    "siglongjmp __longjmp_chk pthread_exit err errx verr verrx".split()
)
_TRAPS = frozenset({"ud2", "hlt", "int3"})


@dataclass
class _State:
    """Registers and stack slots before an instruction; slots by address."""

    registers: dict[str, Value]
    slots: dict[tuple[str, int], Value] = field(default_factory=dict)

    def copy(self) -> _State:
        return _State(dict(self.registers), dict(self.slots))

    def meet(self, other: _State) -> bool:
        """Keeps what both know; whether that was less than before."""
        changed = False
        for name, value in self.registers.items():
            met = _met(value, other.registers[name])
            if met != value:
                self.registers[name] = met
                changed = True
        for place in [p for p, value in self.slots.items() if other.slots.get(p) != value]:
            del self.slots[place]
            changed = True
        return changed


def _met(one: Value, other: Value) -> Value:
    """What is known where two ways meet: what is nothing on one of them may not be read."""
    if _NOTHING in {one, other}:
        return _NOTHING
    return one if one == other else None


def operands(text: str) -> list[str]:
    """The operands of an instruction: split at commas outside brackets."""
    _, _, rest = text.partition(" ") if " " in text else text.partition("\t")
    rest = re.sub(r"\{[^}]*\}", "", rest)
    return [part.strip() for part in re.split(r",(?![^(]*\))", rest) if part.strip()]


def register(operand: str) -> str | None:
    """The 64-bit name of the general-purpose register that an operand is; None for others."""
    found = _REGISTER.fullmatch(operand)
    if not found:
        return None
    letter = found.group(1) or found.group(2)
    return _LETTERS[letter] if letter else _NAMES.get(found.group(3) or "", found.group(4) or "")


def violations(code: Sequence[Statement], targets: Sequence[str]) -> list[str]:
    """What a function breaks of the calling convention, each kind once; empty when nothing.

    `code` are its statements in code sections; `targets` the labels that its jump tables name.
    """
    return _Follower(code, targets).run()


class _Follower:
    def __init__(self, code: Sequence[Statement], targets: Sequence[str]) -> None:
        self._code = code
        self._labels = {s.name: at for at, s in enumerate(code) if s.kind == "label"}
        self._targets = targets
        self._before: dict[int, _State] = {}
        self._found: dict[str, None] = {}

    def run(self) -> list[str]:
        names = (*SAVED, *_CALLER_SAVED)
        entry: dict[str, Value] = {name: ("entry", name) for name in names}
        entry |= dict.fromkeys(_NO_ARGUMENTS, _NOTHING)
        entry["rsp"] = ("E", 0)
        work = [(0, _State(entry))]
        while work:
            at, state = work.pop()
            if at >= len(self._code):
                self._found["it runs past its end"] = None
                continue
            known = self._before.get(at)
            if known is None:
                self._before[at] = state.copy()
            elif not known.meet(state):
                continue
            work += self._step(at, self._before[at].copy())
        # What was said of a state that was later known to be less is said again of the last one.
        self._found = {k: v for k, v in self._found.items() if k == "it runs past its end"}
        for at, state in self._before.items():
            list(self._step(at, state.copy()))
        return list(self._found)

    def _step(self, at: int, state: _State) -> Iterator[tuple[int, _State]]:
        """The instructions that follow, with the state before each."""
        statement = self._code[at]
        if statement.kind != "insn":
            yield at + 1, state
            return
        name = statement.name.split(",")[0]
        parts = operands(_bare(statement))
        for read in _read(name, parts):
            if state.registers[read] == _NOTHING:
                self._found[f"it reads {read}, which nothing has set"] = None
        if name.startswith("ret"):
            self._leaves(state, "returns")
        elif name in _TRAPS:
            return
        elif name.startswith("j") or name in {"loop", "loope", "loopne"}:
            yield from self._jump(at, name, parts, state)
        elif name in {"call", "callq"}:
            self._call(state)
            if parts and parts[0].partition("@")[0] in _NO_RETURN:
                return
            yield at + 1, state
        else:
            self._effect(at, name, parts, state)
            yield at + 1, state

    def _jump(
        self, at: int, name: str, parts: list[str], state: _State
    ) -> Iterator[tuple[int, _State]]:
        target = parts[0] if parts else ""
        if target.startswith("*"):
            if not self._targets:
                self._leaves(state, "jumps away")
            for label in self._targets:
                if label in self._labels:
                    yield self._labels[label], state.copy()
        elif target in self._labels:
            yield self._labels[target], state.copy()
        else:
            self._leaves(state, "jumps away")
        if not name.startswith("jmp"):
            yield at + 1, state

    def _leaves(self, state: _State, how: str) -> None:
        if state.registers["rsp"] != ("E", 0):
            self._found[f"it {how} with another stack pointer"] = None
        for name in SAVED:
            if state.registers[name] != ("entry", name):
                self._found[f"it {how} with another value in {name}"] = None

    def _call(self, state: _State) -> None:
        top = state.registers["rsp"]
        if top is not None and isinstance(top[1], int):
            base, offset = top
            aligned = 8 if base == "E" else 0
            if not base.startswith("D") and (offset + aligned) % 16:
                self._found["it calls with a stack that is not aligned"] = None
            state.slots = {
                (b, place): value
                for (b, place), value in state.slots.items()
                if b != base or place >= offset
            }
        for name in _CALLER_SAVED:
            state.registers[name] = None if name in _RESULTS else _NOTHING

    def _effect(self, at: int, name: str, parts: list[str], state: _State) -> None:
        registers = state.registers
        first = parts[0] if parts else ""
        last = parts[-1] if parts else ""
        target = register(last)
        if name in {"push", "pushq"}:
            self._move_stack(state, -8)
            self._store(state, _address(state, "(%rsp)"), 8, self._value(state, first, pushed=True))
        elif name in {"pop", "popq"}:
            value = state.slots.get(_slot(_address(state, "(%rsp)")))
            self._move_stack(state, 8)
            if target:
                registers[target] = value
        elif name in {"leave", "leaveq"}:
            registers["rsp"] = registers["rbp"]
            registers["rbp"] = state.slots.get(_slot(_address(state, "(%rsp)")))
            self._move_stack(state, 8)
        elif name in {"mov", "movq"} and len(parts) == 2 and (target or register(first)):
            value = self._value(state, first)
            if target:
                registers[target] = value if "%e" not in last else None
            else:
                self._store(state, _address(state, last), 8, value)
        elif name in {"lea", "leaq"} and target:
            registers[target] = _address(state, first)
        elif target and name in {"add", "addq", "sub", "subq"} and first.startswith("$"):
            sign = -1 if name.startswith("sub") else 1
            registers[target] = _moved(registers[target], first, sign)
        elif target == "rsp" and name in {"and", "andq"}:
            registers["rsp"] = (f"A{at}", 0)
        elif target == "rsp":
            registers["rsp"] = (f"D{at}", 0)
        else:
            self._other(state, name, parts)

    def _other(self, state: _State, name: str, parts: list[str]) -> None:
        """Whatever an instruction writes holds anything afterwards."""
        stem = name if name in _IMPLICIT else name.rstrip("bwlq")
        if stem == "imul" and len(parts) == 1:
            stem = "mul"
        for written in _IMPLICIT.get(stem, ()):
            state.registers[written] = None
        if not parts or _READS_ONLY.fullmatch(name):
            return
        for operand in parts[-2:] if _TWO_RESULTS.fullmatch(name) else parts[-1:]:
            target = register(operand)
            if target:
                state.registers[target] = None
            elif "(" in operand:
                self._store(state, _address(state, operand), _width(name, parts), None)

    def _value(self, state: _State, operand: str, *, pushed: bool = False) -> Value:
        name = register(operand)
        if name:
            wide = operand.startswith("%r") and not operand.endswith(("d", "w", "b"))
            return state.registers[name] if wide or pushed else None
        place = _slot(_address(state, operand))
        return state.slots.get(place)

    def _store(self, state: _State, address: Value, width: int, value: Value) -> None:
        if address is None or not isinstance(address[1], int):
            return
        base, offset = address
        top = state.registers["rsp"]
        if base == "E" and offset < 8 and offset + width > 0:
            self._found["it writes its return address"] = None
        if top is not None and top[0] == base and isinstance(top[1], int):
            if offset < top[1] - _RED_ZONE:
                self._found["it writes below the red zone"] = None
        for place in range(offset - 7, offset + width):
            state.slots.pop((base, place), None)
        if value is not None:
            state.slots[base, offset] = value

    def _move_stack(self, state: _State, distance: int) -> None:
        top = state.registers["rsp"]
        if top is not None and isinstance(top[1], int):
            state.registers["rsp"] = (top[0], top[1] + distance)


def _read(name: str, parts: list[str]) -> Iterator[str]:
    """The registers that an instruction is known to read: in addresses, and sources."""
    for part in parts:
        for found in re.findall(r"%\w+", part) if "(" in part else ():
            if read := register(found):
                yield read
    if len(parts) > 1 and parts[0] == parts[1] and _ZEROES.fullmatch(name):
        return
    sources = parts if _READS_ONLY.fullmatch(name) and not name.startswith("push") else parts[:-1]
    for part in sources:
        if read := register(part.lstrip("*")):
            yield read
    if parts and _READS_TARGET.fullmatch(name) and (read := register(parts[-1])):
        yield read


def _bare(statement: Statement) -> str:
    """The text from the mnemonic on, without prefixes."""
    at = statement.text.find(statement.name)
    return " ".join(statement.text[at:].split(None, 1))


def _slot(value: Value) -> tuple[str, int]:
    if value is not None and isinstance(value[1], int):
        return value[0], value[1]
    return "nowhere", 0


def _address(state: _State, operand: str) -> Value:
    """The address that a memory operand means, where its base is known."""
    found = _MEMORY.fullmatch(operand)
    base = register(found.group("base")) if found else None
    if not found or not base:
        return None
    value = state.registers[base]
    if value is None or not isinstance(value[1], int):
        return None
    return value[0], value[1] + int(found.group("offset") or "0", 0)


def _moved(value: Value, immediate: str, sign: int) -> Value:
    try:
        distance = sign * int(immediate[1:], 0)
    except ValueError:
        return None
    if value is None or not isinstance(value[1], int):
        return None
    return value[0], value[1] + distance


def _width(name: str, parts: list[str]) -> int:
    """Bytes that an instruction stores."""
    text = " ".join(parts)
    for mark, width in (("%zmm", 64), ("%ymm", 32), ("%xmm", 16)):
        if mark in text:
            if re.fullmatch(r"v?(?:mov(?:ss|d)|extractps|pextrd)", name):
                return 4
            return 8 if re.fullmatch(r"v?(?:mov(?:sd|q|[lh]p[sd])|pextrq)", name) else width
    if name.startswith("set"):
        return 1
    return {"b": 1, "w": 2, "l": 4}.get(name[-1], 8)
