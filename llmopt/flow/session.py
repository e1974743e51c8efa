"""What the stories of minutes need besides the project: build trees, profile, the last run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from llmopt.errors import ProfileError
from llmopt.flow.inlined import with_inlined
from llmopt.flow.project import Project
from llmopt.profile.hot import Definitions, Profile, profile_from_bytes, summarize
from llmopt.profile.perf import Profiler, Samples
from llmopt.store.files import write_atomically
from llmopt.values.digest import digest
from llmopt.values.recipe import Recipe
from llmopt.workspace.tree import Tree, read


@dataclass(frozen=True)
class Session(Project):
    """A project with what it takes to build, profile and measure it."""

    @cached_property
    def original(self) -> Tree:
        """The build tree with the compiler's own objects."""
        return Tree(self.config, self.sandbox, self.launcher, "base")

    @cached_property
    def candidate(self) -> Tree:
        """The build tree in which candidates stand."""
        return Tree(self.config, self.sandbox, self.launcher, "cand")

    @cached_property
    def profiler(self) -> Profiler | None:
        """perf, or None where it cannot sample; `doctor` says why."""
        try:
            return Profiler(self.sandbox)
        except ProfileError:
            return None

    def need_profiler(self) -> Profiler:
        """Perf. Raises ProfileError with the reason where it cannot sample."""
        return self.profiler or Profiler(self.sandbox)

    # -- the stored profile ---------------------------------------------------------------

    @property
    def profile_path(self) -> Path:
        """Where the last profile stands."""
        return Path(self.config.state) / "profile.json"

    def profile(self) -> Profile | None:
        """The last profile, if there is one. Raises ProfileError when it is damaged."""
        try:
            return profile_from_bytes(self.profile_path.read_bytes())
        except FileNotFoundError:
            return None

    def take_profile(self, command: str) -> Profile:
        """Runs a command in the original tree under perf and keeps what it says.

        Raises ProfileError, ToolFailed when the project cannot be built.
        """
        profiler = self.need_profiler()
        done, samples = profiler.sample(self.original, command, self.config.workload.timeout)
        if done.status != 0:
            raise ProfileError(
                f"`{command}` failed while it was profiled (status {done.status}): {done.tail}"
            )
        return self.keep_profile(command, samples)

    def keep_profile(self, command: str, samples: Samples) -> Profile:
        """Attributes samples to the units of the original tree and to what was inlined there, and
        keeps the result.
        """
        units = self.original.units()
        objects = [(u, read(u.command.output_path)) for u in units]
        profile = summarize(command, self.original.content(), samples, Definitions(objects))
        profile = with_inlined(profile, units, self.sandbox, self.config.hot.min_share)
        write_atomically(self.profile_path, _json(profile.to_json()))
        return profile

    # -- the last run ----------------------------------------------------------------------

    @property
    def run_path(self) -> Path:
        """Where the summary of the last `llmopt optimize` stands."""
        return Path(self.config.state) / "run.json"

    def keep_run(self, summary: dict[str, Any]) -> None:
        """Keeps the summary for the report."""
        write_atomically(self.run_path, _json(summary))

    def last_run(self) -> dict[str, Any] | None:
        """The last summary, if there is one."""
        try:
            return dict(json.loads(self.run_path.read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def last_recipes(self) -> list[Recipe]:
        """The recipes of the last run that the cache still has."""
        digests = (self.last_run() or {}).get("recipes", [])
        return [recipe for name in digests if (recipe := self.cache.recipe(name))]

    # -- what a measurement depends on -------------------------------------------------------

    def workload_digest(self) -> str:
        """What is run to compare and to time, and which llmopt judges it."""
        section = self.config.workload
        return digest(
            "workload",
            version("llmopt"),
            section.command,
            section.checks,
            section.files,
            self.config.build.test,
        )


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, indent=1, sort_keys=True).encode() + b"\n"
