"""A program of one or two units in a project of its own, and the gate on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llmopt.config.load import parse
from llmopt.rewrite.build import source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Mode, Sandbox
from llmopt.shadow.runtime import Runtime
from llmopt.toolchain.commands import launcher_path
from llmopt.values.step import Step
from llmopt.values.verdict import Verdict
from llmopt.verify import shadow
from llmopt.workspace.tree import Tree

RUNTIME = Runtime(Sandbox("off"))
QUICK = shadow.Settings(samples=20, timeout_ms=2000, patience_ms=300)
TIMEOUT = 20.0


@dataclass
class Program:
    """A project below `root`: `unit.c`, and `main.c` where the unit has no main of its own."""

    root: Path
    function: str
    unit: str
    main: str = ""
    compiler: str = "gcc"
    options: str = "-O2"
    mode: Mode = "off"
    command: str = "{build}/program"

    @cached_property
    def tree(self) -> Tree:
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "unit.c").write_text(self.unit)
        texts = ["unit"]
        if self.main:
            (self.root / "main.c").write_text(self.main)
            texts.append("main")
        compiles = [
            f"{{launcher}} {self.compiler} {self.options} -c {{source}}/{name}.c "
            f"-o {{build}}/{name}.o"
            for name in texts
        ]
        objects = " ".join(f"{{build}}/{name}.o" for name in texts)
        link = f"{self.compiler} -o {{build}}/program {objects} -lm -lpthread"
        data = {
            "version": 1,
            "build": {"build": " && ".join([*compiles, link])},
            "workload": {"command": self.command},
        }
        config = parse(data, self.root / "llmopt.yaml", str(self.root / "cache"))
        tree = Tree(config, Sandbox(self.mode), launcher_path(), "cand")
        tree.prepare()
        return tree

    @cached_property
    def context(self) -> UnitContext:
        units = [unit for unit in self.tree.units() if unit.source == "unit.c"]
        return UnitContext(units[0], Sandbox("off"))

    def step(self, text: str, helpers: Sequence[str] = ()) -> Step:
        return source_step(self.context, self.function, text.encode(), tuple(helpers))

    def judge(
        self, *steps: Step | str, settings: shadow.Settings = QUICK, command: str | None = None
    ) -> Verdict:
        """The gate's verdict; a step may be given as the C text of a candidate."""
        made = [self.step(step) if isinstance(step, str) else step for step in steps]
        return shadow.judge(
            (self.context,),
            self.function,
            made,
            self.tree,
            command or self.command,
            TIMEOUT,
            RUNTIME,
            settings,
        )
