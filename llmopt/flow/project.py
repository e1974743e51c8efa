"""A project, opened: what the story of a build needs. It loads little, since builds wait for it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llmopt.config.model import Config
from llmopt.sandbox.limits import Limits
from llmopt.sandbox.run import Sandbox
from llmopt.store.cache import Cache
from llmopt.store.state import State
from llmopt.toolchain.commands import launcher_path


@dataclass(frozen=True)
class Project:
    """One project. Rooms receive their own section of the configuration from here."""

    config: Config

    @cached_property
    def sandbox(self) -> Sandbox:
        """The door through which every process starts."""
        section = self.config.sandbox
        limits = Limits(
            file=section.max_file_mb,
            memory=section.max_memory_mb,
            processes=section.max_processes,
            files=section.max_open_files,
            disk=section.max_disk_mb,
            output=section.max_output_mb,
            tmp=section.max_tmp_mb,
            cpu=section.cpu_seconds,
        )
        return Sandbox(section.mode, limits, section.visible, section.environment)

    @cached_property
    def launcher(self) -> str:
        """The launcher's path."""
        return launcher_path()

    @cached_property
    def cache(self) -> Cache:
        """The user's cache."""
        return Cache(self.config.cache)

    @cached_property
    def state(self) -> State:
        """The project's `.llmopt`."""
        return State(self.config.root)

    @cached_property
    def machine(self) -> str:
        """The processor, as far as speed depends on it."""
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line for line in lines if line.startswith("model name")), "")
        return model.partition(":")[2].strip() or platform.processor() or platform.machine()
