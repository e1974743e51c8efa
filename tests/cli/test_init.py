"""`llmopt init`: a configuration that loads, and nothing written over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmopt.cli.main import main
from llmopt.config.load import load
from tests.conftest import need

Capture = pytest.CaptureFixture[str]
SYSTEMS = {"CMakeLists.txt": ("CMake", "cmake -S"), "meson.build": ("Meson", "meson setup")}


def init(directory: Path, *words: str) -> int:
    return main(["init", "--project", str(directory), "--compiler", "gcc", *words])


@pytest.fixture(params=SYSTEMS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project of each build system in turn."""
    (tmp_path / request.param).touch()
    return tmp_path


def test_the_written_file_loads(project: Path, capsys: Capture) -> None:
    (name,) = {path.name for path in project.iterdir()} & set(SYSTEMS)
    assert init(project) == 0
    config = load(project, {})
    system, configure = SYSTEMS[name]
    assert f"a {system} project, built with gcc" in capsys.readouterr().out
    assert configure in config.build.configure
    assert "gcc" in config.build.configure
    assert "{launcher}" in config.build.configure
    assert "{build}" in config.build.build
    assert "{build}" in config.build.test
    assert "HERE" not in config.build.configure
    assert "GENERATOR" not in config.build.configure
    assert config.workload.command == ""
    assert config.sandbox.mode == "prefer"


def test_what_the_file_says_besides_are_the_defaults(project: Path) -> None:
    init(project)
    written = load(project, {})
    (project / "llmopt.yaml").write_text("version: 1\n")
    default = load(project, {})
    for section in ("hot", "search", "gates", "sandbox", "launcher"):
        assert getattr(written, section) == getattr(default, section)


@pytest.mark.parametrize(
    "command",
    [
        "./app --size 9",
        'sh -c "echo \\"a\\\\nb\\""',
        "{build}/app # no comment",
        "a: b, [c] 'd' %e",
        "two\nlines\tand a tab",
        "printf 'ä%s' \\n",
    ],
)
def test_a_workload_comes_into_the_file_as_it_is(project: Path, command: str) -> None:
    assert init(project, "--workload", command) == 0
    assert load(project, {}).workload.command == command


def test_cmake_comes_before_meson(tmp_path: Path) -> None:
    for name in SYSTEMS:
        (tmp_path / name).touch()
    init(tmp_path)
    assert "cmake -S" in load(tmp_path, {}).build.configure


def test_a_directory_of_no_project_is_refused(tmp_path: Path, capsys: Capture) -> None:
    assert init(tmp_path) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"llmopt: {tmp_path} has neither CMakeLists.txt nor meson.build")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept_unless_forced(project: Path, capsys: Capture) -> None:
    (project / "llmopt.yaml").write_text("mine\n")
    assert init(project) == 2
    assert "is there already: edit it, or use --force" in capsys.readouterr().err
    assert (project / "llmopt.yaml").read_text() == "mine\n"
    assert init(project, "--force") == 0
    assert load(project, {}).build.build


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ".llmopt/\n"),
        ("build\n", "build\n.llmopt/\n"),
        ("build", "build\n.llmopt/\n"),
        ("# äöü\n", "# äöü\n.llmopt/\n"),
        (".llmopt\n", ".llmopt\n"),
        ("/.llmopt/\nx\n", "/.llmopt/\nx\n"),
        (".llmopts\n", ".llmopts\n.llmopt/\n"),
    ],
)
def test_the_state_is_ignored_once(project: Path, before: str, after: str) -> None:
    path = project / ".gitignore"
    path.write_text(before, encoding="utf-8")
    init(project)
    assert path.read_text(encoding="utf-8") == after
    init(project, "--force")
    assert path.read_text(encoding="utf-8") == after


def test_a_gitignore_that_is_no_text_is_kept_and_added_to(project: Path) -> None:
    (project / ".gitignore").write_bytes(b"caf\xe9\n")
    assert init(project) == 0
    assert (project / ".gitignore").read_bytes() == b"caf\xe9\n.llmopt/\n"


def test_a_project_without_a_gitignore_gets_none(project: Path) -> None:
    init(project)
    assert not (project / ".gitignore").exists()


def test_json_says_what_was_written(project: Path, capsys: Capture) -> None:
    assert init(project, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["written"] == str(project / "llmopt.yaml")
    assert said["compiler"] == "gcc"


def test_the_current_directory_is_the_project(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    assert main(["init", "--compiler", "gcc"]) == 0
    assert (project / "llmopt.yaml").is_file()


def test_a_compiler_is_found_where_none_is_named(project: Path) -> None:
    need("cc")
    assert main(["init", "--project", str(project)]) == 0
    assert load(project, {}).build.configure


def test_without_a_compiler_one_has_to_be_named(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["init", "--project", str(project)]) == 2
    assert "name one with --compiler" in capsys.readouterr().err
    assert not (project / "llmopt.yaml").exists()
