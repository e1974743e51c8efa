"""How much of the machine a program under test may use."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

_MB = 1_000_000
#: Processes that the kernel allows beyond the limit, so that going beyond it can be seen.
_SEEN = 16


@dataclass(frozen=True)
class Limits:
    """Limits of one run; sizes in MB.

    `processes` counts threads as well, `memory` and `disk` what all processes of the run take
    together, `files` the descriptors of each. `cpu` is seconds for each process; 0 stands for what
    the wall time allows on all processors.
    """

    file: int = 4096
    memory: int = 8192
    processes: int = 1024
    files: int = 4096
    disk: int = 8192
    output: int = 256
    tmp: int = 1024
    cpu: float = 0.0

    @property
    def file_bytes(self) -> int:
        """The largest file."""
        return self.file * _MB

    @property
    def memory_bytes(self) -> int:
        """Memory of all processes together."""
        return self.memory * _MB

    @property
    def disk_bytes(self) -> int:
        """What a run may add to the directories that it can write to."""
        return self.disk * _MB

    @property
    def output_bytes(self) -> int:
        """What it may print on either stream."""
        return self.output * _MB

    @property
    def tmp_bytes(self) -> int:
        """Its own /tmp, which is memory."""
        return self.tmp * _MB

    def of_everything(self) -> list[str]:
        """The words in front of any command."""
        return ["prlimit", "--core=0", f"--fsize={self.file_bytes}", "--"]

    def of_a_program_under_test(
        self, timeout: float, *, address_space: bool, own_users: bool
    ) -> list[str]:
        """The words in front of a program under test, inside of its isolation.

        `address_space`: whether memory may be limited by address space, which sanitizers take
        without using it. `own_users`: whether it stands in a user namespace of its own. Elsewhere
        the kernel would count all processes of the user.
        """
        cpu = self.cpu or timeout * (os.cpu_count() or 1)
        return [
            "prlimit",
            f"--cpu={math.ceil(cpu) + 1}",
            f"--nofile={self.files}",
            *([f"--as={self.memory_bytes}"] if address_space else []),
            *([f"--nproc={self.processes + _SEEN}"] if own_users else []),
            "--",
        ]
