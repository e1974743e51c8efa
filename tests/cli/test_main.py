"""The command line: its verbs, its exit statuses, and errors as one line."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock

from llmopt.cli.main import VERBS, main
from llmopt.profile.hot import HotFunction, Profile
from llmopt.store.cache import Cache
from llmopt.values.measurement import Speedup
from tests.conftest import need
from tests.recipes import recipe

REPOSITORY = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]
Result = subprocess.CompletedProcess[str]


def start(*words: str, cwd: Path) -> Result:
    """llmopt-py as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "llmopt.cli.entry", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that was just configured; the current directory."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "llmopt.yaml").write_text("version: 1\n")
    monkeypatch.chdir(root)
    return root


# Usage


def test_no_verb_prints_the_verbs(tmp_path: Path) -> None:
    done = start(cwd=tmp_path)
    assert done.returncode == 0
    assert all(f"    {verb} " in done.stdout for verb in VERBS)


@pytest.mark.parametrize("words", [["optimise"], ["hot", "--jsn"], ["--hot"], ["explain"]])
def test_wrong_usage_is_status_two(tmp_path: Path, words: list[str]) -> None:
    done = start(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "usage: llmopt" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as raised:
        main([verb, "--help"])
    assert raised.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: llmopt {verb} ")
    assert "--project DIR" in said


@pytest.mark.parametrize(
    "words", [["resolve"], ["resolve", "/"], ["reindex"], ["reindex", "a", "b"]]
)
def test_the_launchers_verbs_refuse_wrong_usage_silently(tmp_path: Path, words: list[str]) -> None:
    done = start(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_the_launchers_verbs_fail_silently_without_a_project(tmp_path: Path) -> None:
    done = start("reindex", str(tmp_path), cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_the_version_is_that_of_the_package(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert raised.value.code == 0
    assert capsys.readouterr().out == f"llmopt {version('llmopt')}\n"


@pytest.mark.parametrize(
    ("option", "file"),
    [("--cmake-dir", "LLMOptConfig.cmake"), ("--meson-native", "")],
)
def test_the_installed_program_says_where_its_files_are(
    option: str, file: str, tmp_path: Path
) -> None:
    installed = Path(sys.executable).parent / "llmopt-py"
    if not installed.exists():
        need("llmopt-py")
        installed = Path(shutil.which("llmopt-py") or "")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [installed, option],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment,
    )
    assert done.returncode == 0
    path = Path(done.stdout.removesuffix("\n")) / file
    assert path.is_file()
    assert path.read_text()


# Errors


ERRORS = [
    (["hot"], 1, "no profile yet: run `llmopt profile`"),
    (["report"], 1, "nothing to report yet: run `llmopt optimize`"),
    (["lock"], 1, "nothing to pin yet: run `llmopt optimize`"),
    (["explain", "none.c"], 1, "none.c: no such file in"),
    (["optimize"], 2, "workload.command is empty"),
]


@pytest.mark.parametrize(("words", "status", "said"), ERRORS, ids=[w[0][0] for w in ERRORS])
def test_an_error_is_one_line_and_a_status(
    project: Path, capsys: Capture, words: list[str], status: int, said: str
) -> None:
    assert main(words) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("llmopt: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err


@pytest.mark.parametrize("verb", ["hot", "report", "lock", "profile", "optimize"])
def test_without_a_project_there_is_advice_and_no_traceback(tmp_path: Path, verb: str) -> None:
    done = start(verb, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"llmopt: no llmopt.yaml in {tmp_path} or above: run `llmopt init` in your project\n"
    )


def test_a_wrong_configuration_is_status_two(project: Path, capsys: Capture) -> None:
    (project / "llmopt.yaml").write_text("version: 1\nhoot: {}\n")
    assert main(["hot"]) == 2
    assert "did you mean 'hot'?" in capsys.readouterr().err


def test_the_reader_of_the_output_may_leave(project: Path) -> None:
    code = "import sys; from llmopt.cli.main import main; sys.exit(main(['hot', '--help']))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("verb", ["profile", "optimize"])
def test_only_one_llmopt_builds_and_measures_at_a_time(
    project: Path, capsys: Capture, verb: str
) -> None:
    (project / ".llmopt").mkdir()
    with FileLock(project / ".llmopt" / "busy.lock"):
        assert main([verb]) == 1
    assert f"another llmopt works in {project}" in capsys.readouterr().err
    main([verb])
    assert "another llmopt" not in capsys.readouterr().err


# Verbs that read

PROFILE = Profile(
    "./app", "", "cycles:u", 100, (HotFunction("blur", "src/image.c", 0.8, ("blur", "blur.cold")),)
)


def test_hot_shows_the_last_profile_from_anywhere_in_the_project(
    project: Path, capsys: Capture
) -> None:
    (project / ".llmopt").mkdir()
    (project / ".llmopt" / "profile.json").write_text(json.dumps(PROFILE.to_json()))
    (project / "deep").mkdir()
    os.chdir(project / "deep")
    assert main(["hot"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("`./app`: 100 samples of cycles:u\n")
    assert page.splitlines()[-1].split() == ["80.0%", "hot", "blur", "src/image.c"]
    assert main(["hot", "--json", "--project", str(project)]) == 0
    assert json.loads(capsys.readouterr().out)["functions"][0]["symbols"] == ["blur", "blur.cold"]


def test_hot_says_that_a_profile_is_damaged(project: Path, capsys: Capture) -> None:
    (project / ".llmopt").mkdir()
    (project / ".llmopt" / "profile.json").write_text('{"functions": [')
    assert main(["hot"]) == 1
    assert "the stored profile is damaged" in capsys.readouterr().err


def test_report_shows_the_last_run(project: Path, capsys: Capture, tmp_path: Path) -> None:
    made = recipe()
    cache = Cache(str(tmp_path / "llmopt-cache"))
    cache.add_recipe(made)
    cache.close()
    run = {
        "recipes": [made.digest, "00" * 32],
        "workload": asdict(Speedup(1.1, 1.05, 1.2, 7, 0.99, 1.01)),
        "command": "./app",
        "machine": "Some CPU",
        "isolated": True,
        "interrupted": False,
        "functions": [],
    }
    (project / ".llmopt").mkdir()
    (project / ".llmopt" / "run.json").write_text(json.dumps(run))
    assert main(["report"]) == 0
    page = capsys.readouterr().out
    assert "workload 1.100x [1.050, 1.200]" in page
    assert "identity: passed" in page
    assert main(["report", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [entry["digest"] for entry in printed["recipes"]] == [made.digest]
    assert main(["lock"]) == 1
    assert "1 recipes are gone from the cache" in capsys.readouterr().err
    assert not (project / "llmopt.lock").exists()


# doctor


def test_doctor_finds_what_is_here(project: Path, capsys: Capture) -> None:
    status = main(["doctor", "--json"])
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert {"llmopt", "launcher", "gcc", "perf", "bubblewrap", "cache", "project"} <= set(findings)
    assert all(set(f) == {"name", "ok", "needed", "said"} and f["said"] for f in findings.values())
    assert findings["cache"]["ok"]
    assert findings["project"]["said"] == f"{project}: llmopt.yaml is right, no index yet"
    for name in ("gcc", "clang-19", "cmake", "ninja"):
        assert findings[name]["ok"] is (shutil.which(name) is not None)
    missing = [f for f in findings.values() if f["needed"] and not f["ok"]]
    assert status == (1 if missing else 0)


def test_doctor_says_what_is_wrong_and_fails(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LLMOPT_CACHE_DIR", str(tmp_path / "file" / "cache"))
    (project / "llmopt.yaml").write_text("version: 1\nhot: {min_share: 5}\n")
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    (cache,) = [line for line in lines if line.startswith("MISSING  cache ")]
    assert "cannot be used" in cache
    (config,) = [line for line in lines if line.startswith("MISSING  project ")]
    assert "hot.min_share: must be above 0" in config


def test_doctor_writes_to_the_cache_to_see_that_it_can(capsys: Capture, tmp_path: Path) -> None:
    """A cache that opens may still be one that cannot be written: a full disk, say."""
    Cache(str(tmp_path / "llmopt-cache")).close()
    with sqlite3.connect(tmp_path / "llmopt-cache" / "cache.db") as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON Cache BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    database.close()
    assert main(["doctor", "--project", str(tmp_path)]) == 1
    (cache,) = [x for x in capsys.readouterr().out.splitlines() if x.startswith("MISSING  cache ")]
    assert "full" in cache


def test_doctor_works_without_a_project(tmp_path: Path, capsys: Capture) -> None:
    main(["doctor", "--project", str(tmp_path)])
    (line,) = [x for x in capsys.readouterr().out.splitlines() if "  project " in x]
    assert line.startswith("without  project     no llmopt.yaml in")


def test_doctor_works_with_no_tools_at_all(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    main(["doctor", "--json", "--project", str(tmp_path)])
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["gcc"]["said"] == "not on PATH"
    assert "install linux-perf" in findings["perf"]["said"]
