"""`llmopt-py resolve ROOT -- COMPILER ARGS...`: called by the launcher beside the compiler.

LLMOPT_COMMAND names the manifest to write: only the launcher knows the command's environment as the
build gave it.

Prints nothing that a build could see: the launcher gives it no output. What goes wrong is kept for
`llmopt explain`; the exit status is 0 when a manifest was written.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from llmopt.cli.project import open_root
from llmopt.errors import LlmoptError
from llmopt.flow.resolve import Resolved, recorded_now, resolve
from llmopt.store.files import write_atomically
from llmopt.toolchain.commands import recorded_environment


def main(words: Sequence[str]) -> int:
    """Resolves one command."""
    digest = os.environ.get("LLMOPT_COMMAND", "")
    if len(words) < 3 or words[1] != "--" or not re.fullmatch(r"[0-9a-f]{64}", digest):
        return 2
    root = Path(words[0])
    recorded = recorded_now(words[2:], recorded_environment())
    try:
        resolved = resolve(open_root(root), recorded, digest)
    except (LlmoptError, OSError) as error:
        _keep(root, recorded.argv, {"error": str(error)})
        return 1
    _keep(root, recorded.argv, resolved)
    return 0


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
