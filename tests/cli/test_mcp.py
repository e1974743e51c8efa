"""A coding agent has llmopt as tools: the official SDK on both sides, over pipes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.conftest import need
from tests.end_to_end.support import environment
from tests.flow.test_attempt import FASTER, PROJECT, UNIT


def asked(root: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What a client of the SDK is answered: the tools' names, and each call."""

    async def talk() -> list[Any]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "llmopt.cli.entry", "mcp", "--project", str(root)],
            env=environment(root / "cache"),
        )
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            tools = await session.list_tools()
            answers: list[Any] = [sorted(tool.name for tool in tools.tools)]
            for name, given in calls:
                answers.append(await session.call_tool(name, given))
            return answers

    return anyio.run(talk)


def text(answer: Any) -> str:
    return "".join(block.text for block in answer.content)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "unit.c").write_text(UNIT)
    (tmp_path / "llmopt.yaml").write_text(PROJECT)
    return tmp_path


def test_an_agent_shows_submits_is_refused_and_accepted(root):
    need("gcc", "perf")
    place = {"unit": "unit.c", "function": "repeated"}
    wrong = FASTER.replace("same > 1", "same > 2")
    names, show, refused, accepted, hot, page, other = asked(
        root,
        ("show", place),
        ("submit", {**place, "text": wrong}),
        ("submit", {**place, "text": FASTER}),
        ("hot_functions", {}),
        ("report", {}),
        ("show", {**place, "level": "machine code"}),
    )
    assert names == ["hot_functions", "report", "show", "submit"]
    assert "int same = 0;" in text(show)
    first, second = json.loads(text(refused)), json.loads(text(accepted))
    assert not first["accepted"]
    assert "differential: refuted" in first["verdicts"][-1]
    assert second["accepted"], second
    assert "repeated" in text(hot)
    assert "made by  mcp" in text(page)
    assert "there is no level 'machine code'" in text(other)


def test_what_is_missing_is_told_to_the_agent(root):
    _, hot, page, show = asked(
        root,
        ("hot_functions", {}),
        ("report", {}),
        ("show", {"unit": "no.c", "function": "none"}),
    )
    assert "llmopt profile" in text(hot)
    assert text(page) == "nothing yet"
    assert "no unit of the build compiles no.c" in text(show)
