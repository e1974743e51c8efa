"""Rewrites functions by every move on loop nests, and calls what comes of it as well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from llmopt.agents.catalogue import catalogue
from llmopt.agents.moves import dispatch
from llmopt.agents.subject import Move, Subject
from llmopt.errors import NotApplicable
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import SourceText
from tests.polyhedral.written import GLOBALS, PARAMETERS
from tests.units import context, run

DRIVER = Path(__file__).with_name("driver.c")
NESTS = (
    "tile", "tile-high", "neighbours", "jam", "jam-inner", "strips", "blocks", "wavefront",
    "wavefront-whole",
)  # fmt: skip
#: What a rewrite asks of the processor, and what the driver sets.
_ASKS = re.compile(r'__builtin_cpu_supports\("x86-64-v(\d)"\)')
CONFIGURATIONS = {
    "gcc": ("gcc", "-O1 -fwrapv"),
    "clang": ("clang-19", "-O1 -fwrapv"),
    "sanitized": (
        "gcc",
        "-O0 -fsanitize=address,undefined -fno-sanitize=signed-integer-overflow"
        " -fno-sanitize-recover=all",
    ),
}


def nest_moves() -> list[Move]:
    """The moves on loop nests."""
    return [move for move in catalogue() if move.option.name in NESTS]


def rewritten(unit: UnitContext, function: str) -> dict[str, str]:
    """The text that each move makes of a function."""
    found = {}
    for move in nest_moves():
        try:
            (step,) = move.propose(Subject(unit, function))
        except NotApplicable:
            continue
        assert isinstance(step, SourceText)
        found[move.option.name] = step.text
    return found


@dataclass
class Batch:
    """Functions, their traced forms and what moves made of them, in one program."""

    directory: Path
    functions: Mapping[str, tuple[str, str]]
    made: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def rewrite(self) -> None:
        """Asks every move for every function."""
        text = GLOBALS + "\n".join(plain for plain, _ in self.functions.values())
        unit = context(self.directory, text, "gcc", "-O2 -w", "nests.c")
        for name in self.functions:
            known: dict[str, str] = {}
            for move, made in rewritten(unit, name).items():
                known.setdefault(made, move)
            self.made[name] = [(move, made) for made, move in known.items()]

    @property
    def moves(self) -> list[str]:
        """The moves that applied, one for each function and text."""
        return [move for made in self.made.values() for move, _ in made]

    def call(self, configuration: str, rounds: int) -> str:
        """What the driver prints."""
        compiler, options = CONFIGURATIONS[configuration]
        self.write(is_clang="clang" in compiler)
        program = self.directory / f"program-{configuration}"
        words = [compiler, *options.split(), "-w", "-ffp-contract=off", f"-I{self.directory}"]
        words += [f"-DPARAMETERS={PARAMETERS}", DRIVER, "-o", program, "-lm"]
        built = run(*words)
        assert built.returncode == 0, built.stderr.decode()[:3000]
        done = run(program, str(rounds))
        printed = done.stdout.decode()
        if done.returncode:
            printed += f"ended by {done.returncode} after " + done.stderr.decode()[-200:]
        return printed

    def write(self, *, is_clang: bool) -> None:
        parts = [GLOBALS, "typedef double known(PARAMETERS);\n"]
        rows = []
        for name, (plain, traced) in self.functions.items():
            parts += [plain, traced]
            names = []
            for number, (_, made) in enumerate(self.made[name]):
                own = f"{name}_{number}"
                text = re.sub(rf"\b{name}(?=\b|__llmopt)", own, made)
                text = re.sub(r"^#line.*$", "", text, flags=re.MULTILINE)
                text = _ASKS.sub(r"(llmopt_level >= \1)", text)
                if is_clang:
                    for target in dispatch.TARGETS:
                        text = text.replace(f'"{target.gcc}"', f'"{target.clang}"')
                parts.append(text)
                names.append(own)
            listed = ", ".join([*names, "0"])
            rows.append(f'    {{"{name}", {name}, {name}_traced, {{{listed}}}}},')
        parts.append(
            "static const struct { const char *name; known *original, *traced, *made[12]; } "
            "table[] = {\n" + "\n".join(rows) + "\n    {0}};\n"
        )
        (self.directory / "functions.h").write_text("\n".join(parts))
