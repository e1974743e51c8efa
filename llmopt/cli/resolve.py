"""`llmopt-py resolve ROOT -- COMPILER ARGS...`: called by the launcher beside the compiler.

LLMOPT_COMMAND names the manifest to write: only the launcher knows the command's environment as the
build gave it. LLMOPT_ANALYSIS is what `llmopt --analyse` says of the command.

Prints nothing that a build could see: the launcher gives it no output. What goes wrong is kept for
`llmopt explain`; the exit status is 0 when a manifest was written.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from llmopt.config.load import load_again
from llmopt.errors import LlmoptError, NotApplicable
from llmopt.flow.project import Project
from llmopt.flow.resolve import Resolution, Resolved, complete, resolve, resolve_identity
from llmopt.sandbox.behind import stay_behind
from llmopt.store.files import write_atomically
from llmopt.toolchain.commands import (
    LeftToCompiler,
    Recorded,
    command_of,
    recorded_environment,
)


def main(words: Sequence[str]) -> int:
    """Resolves one command."""
    digest = os.environ.get("LLMOPT_COMMAND", "")
    if len(words) < 3 or words[1] != "--" or not re.fullmatch(r"[0-9a-f]{64}", digest):
        return 2
    # Where the compile fails, the launcher ends us, and what we have begun is cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    root = Path(words[0])
    recorded = Recorded(os.getcwd(), tuple(words[2:]), recorded_environment())
    try:
        project = Project(load_again(root, os.environ))
        command = command_of(recorded, os.environ.get("LLMOPT_ANALYSIS", ""))
        if isinstance(command, LeftToCompiler):
            raise NotApplicable(command.reason)
        if os.environ.get("LLMOPT_IDENTITY", "0") not in {"", "0"}:
            resolve_identity(project, command, digest)
            return 0
        resolution = resolve(project, command, digest)
        if project.config.launcher.mode == "inline" and not resolution.facts.pinned:
            resolution = _look_for_more(project, resolution)
    except (LlmoptError, OSError) as error:
        _keep(root, recorded.argv, {"error": str(error)})
        return 1
    except Exception as error:
        # A defect of ours: nobody sees our stderr, so `llmopt explain` has to tell.
        _keep(root, recorded.argv, {"error": f"internal error: {error!r}"})
        raise
    _keep(root, recorded.argv, resolution.facts)
    # The build waits for this process; what serves the next one is done by a child.
    if resolution.manifest.object is not None and stay_behind():
        try:
            complete(project, resolution)
        except (LlmoptError, OSError):
            return 1  # the compiler runs next time, as it did now
    return 0


def _look_for_more(project: Project, resolution: Resolution) -> Resolution:
    """The resolution with the recipes that are found now, in the middle of the build."""
    from llmopt.flow.inline import optimize_unit  # noqa: PLC0415 - all of llmopt
    from llmopt.flow.session import Session  # noqa: PLC0415

    if not optimize_unit(Session(project.config), resolution):
        return resolution
    command = resolution.context.unit.command
    return resolve(project, command, resolution.facts.command_digest)


def _keep(root: Path, argv: Sequence[str], result: Resolved | dict[str, object]) -> None:
    """Keeps the last resolution of each output, for `llmopt explain`."""
    facts = result.to_json() if isinstance(result, Resolved) else result
    outputs = [name for option, name in zip(argv, argv[1:], strict=False) if option == "-o"]
    name = "".join(c if c.isalnum() else "_" for c in (outputs or ["a.o"])[-1])[-200:]
    entry = {"argv": list(argv), "cwd": os.getcwd(), **facts}
    try:
        write_atomically(root / ".llmopt" / "resolved" / f"{name}.json", json.dumps(entry).encode())
    except LlmoptError:
        pass  # the build goes on; `doctor` tells that the state cannot be written
