"""A project with an llmopt.yaml and a workload, in any build system that llmopt takes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.suites.case import Case, write_settings
from llmopt.config.load import load

#: What is not the project, but what was made of it.
_MADE = (".llmopt", "build", ".git")


@dataclass(frozen=True)
class Project:
    """The project at `root`; llmopt works on a copy, with other `minutes`."""

    root: Path
    minutes: float

    def names(self) -> list[str]:
        """The one project, by its directory's name."""
        return [self.root.name]

    def make(self, name: str, work: Path, environment: Mapping[str, str]) -> Case:
        """The copy. Raises ConfigError, and ValueError where it has no workload."""
        project = Path(
            shutil.copytree(
                self.root, work / "project", symlinks=True, ignore=shutil.ignore_patterns(*_MADE)
            )
        )
        workload = load(project, environment).workload
        if not workload.command:
            raise ValueError(f"{self.root}/llmopt.yaml has no workload.command")
        data = yaml.safe_load((project / "llmopt.yaml").read_text())
        data["search"] = {**(data.get("search") or {}), "minutes": self.minutes}
        write_settings(project, data)
        command = workload.seeded(workload.command)
        checks = tuple(workload.seeded(check) for check in workload.checks)
        return Case(name, project, command, (command, *checks))
