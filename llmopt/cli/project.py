"""What verbs share: opening the project, arguments that many have, JSON output."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from llmopt.config.load import find_root, load
from llmopt.errors import StoreError
from llmopt.flow.session import Session


def open_project(options: argparse.Namespace) -> Session:
    """The project that the verb is called in. Raises ConfigError."""
    start = Path(options.project).absolute() if options.project else Path.cwd()
    return open_root(find_root(start))


def open_root(root: Path) -> Session:
    """The project at a root. Raises ConfigError."""
    return Session(load(root, os.environ))


@contextmanager
def alone(session: Session) -> Iterator[None]:
    """One verb that builds and measures at a time. Raises StoreError when one runs already."""
    lock = FileLock(session.state.path / "busy.lock")
    try:
        session.state.path.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:  # filelock's is an OSError as well
        raise StoreError(
            f"another llmopt works in {session.config.root}: wait for it, or stop it"
        ) from error
    except OSError as error:
        raise StoreError(f"{session.state.path} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def common(parser: argparse.ArgumentParser, *, action: bool = False) -> None:
    """Arguments that all verbs have, and the actions of a verb: there they leave alone what was
    said before the action.
    """
    unsaid: Any = {"default": argparse.SUPPRESS} if action else {}
    parser.add_argument(
        "--project", metavar="DIR", help="the project; default: this directory", **unsaid
    )
    parser.add_argument("--json", action="store_true", help="print JSON", **unsaid)


def print_page(text: str) -> None:
    """Prints for people. What the terminal cannot show, of a file's name say, is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def print_json(data: Any) -> None:
    """Prints plain data for scripts."""
    print(json.dumps(data, indent=1, sort_keys=True))
