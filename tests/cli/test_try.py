"""`llmopt try` as it is called; what the gates say of candidates: tests/flow/test_attempt.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.cli.main import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "llmopt.yaml").write_text("version: 1\n")
    (tmp_path / "candidate").write_text("int f(void) { return 1; }\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["f", "--candidate", "candidate"], "expected UNIT:FUNCTION, such as src/hot.c:product: f"),
        (["a.c:f", "--candidate", "candidate"], "does not say its level by .c, .ll or .s"),
        (["a.c:f", "--candidate", "none.c"], "none.c: cannot be read: No such file"),
        (["a.c:f", "--candidate", "candidate", "--by", "offline"], "say who made the candidate"),
    ],
)
def test_mistakes_are_named(words: list[str], said: str, capsys: Capture) -> None:
    assert main(["try", *words]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_a_file_and_show_exclude_each_other(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["try", "a.c:f", "--show", "--candidate", "candidate"])
    assert raised.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
