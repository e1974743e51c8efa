"""`llmopt mcp`: llmopt as tools of a coding agent that the user has already.

The agent proposes; what it submits goes through the same gates as all else. It speaks the Model
Context Protocol on stdin and stdout, by the official SDK, which is an extra: `llmopt[mcp]`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from rich.console import Console

from llmopt.cli.progress import Progress
from llmopt.cli.project import alone, open_project
from llmopt.errors import ConfigError, LlmoptError, ProfileError
from llmopt.flow.attempt import attempt, shown
from llmopt.flow.foreign import Foreign
from llmopt.flow.session import Session
from llmopt.report.text import report
from llmopt.values.step import LEVELS, Level
from llmopt.values.verdict import describe

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

_P = ParamSpec("_P")
_R = TypeVar("_R")
_INSTRUCTIONS = """\
Makes C programs faster, function by function. Ask `hot_functions` where the time goes, `show` a
function, and `submit` another text for it: the same name, parameters and behaviour for every call
that is defined, bit for bit. You are told what came of it: a compiler's message, an input for which
it does something else, or that it is not faster. What passes all gates is used by the next build.
Not allowed: directives, inline assembly, attributes and builtins that promise what the original
does not."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        "--project", metavar="DIR", help="where llmopt.yaml is; default: above here"
    )


def run(options: argparse.Namespace) -> int:
    """Serves until the input ends."""
    server(open_project(options)).run("stdio")
    return 0


def server(session: Session) -> MCPServer[Any]:
    """The server for a project. Raises ConfigError where the SDK is not installed."""
    try:
        from mcp.server.mcpserver import MCPServer  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigError("the MCP SDK is not installed: pip install 'llmopt[mcp]'") from error
    made: MCPServer[Any] = MCPServer("llmopt", instructions=_INSTRUCTIONS)
    tools = _Tools(session)
    for tool in (tools.hot_functions, tools.show, tools.submit, tools.report):
        made.add_tool(_told(tool))
    return made


def _told(tool: Callable[_P, _R]) -> Callable[_P, _R]:
    """The tool; its errors are told to the agent."""
    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415 - an extra

    @wraps(tool)
    def call(*args: _P.args, **given: _P.kwargs) -> _R:
        try:
            return tool(*args, **given)
        except LlmoptError as error:
            raise ToolError(str(error)) from error

    return call


@dataclass(frozen=True)
class _Tools:
    """What an agent can call. Names, arguments and docstrings are what it is shown."""

    session: Session

    def hot_functions(self) -> list[dict[str, Any]]:
        """The program's hot functions: their units and their shares of its time."""
        profile = self.session.profile()
        if profile is None:
            raise ProfileError("there is no profile yet: run `llmopt profile`")
        return [
            {"unit": f.source, "function": f.name, "share": round(f.share, 4)}
            for f in profile.hot(self.session.config.hot)
        ]

    def show(self, unit: str, function: str, level: str = "source") -> str:
        """The text of a function at a level (source, ir or asm), as a submission has to be."""
        chosen = _level(level)
        with alone(self.session), _progress() as progress:
            return shown(self.session, progress, unit, function, chosen)

    def submit(self, unit: str, function: str, text: str, level: str = "source") -> dict[str, Any]:
        """Takes another text for a function through the gates; may take minutes. Says whether it
        became a recipe, and else what ended it.
        """
        candidate = Foreign(
            unit, function, _level(level), text, {"agent": "mcp", "by": "llmopt mcp"}
        )
        with alone(self.session), _progress() as progress:
            done = attempt(self.session, progress, candidate)
        return {
            "accepted": done.recipe is not None,
            "speedup": None if done.recipe is None else str(done.recipe.speedup),
            "verdicts": [describe(verdict) for verdict in done.verdicts],
        }

    def report(self) -> str:
        """What was found so far, with its evidence."""
        last = self.session.last_run()
        if last is None:
            return "nothing yet"
        return report(last, self.session.last_recipes())


def _level(level: str) -> Level:
    if level not in LEVELS:
        raise ConfigError(f"there is no level {level!r}: {', '.join(LEVELS)}")
    return level


def _progress() -> Progress:
    """The output is the agent's; a person sees the errors."""
    return Progress(Console(stderr=True, highlight=False))
