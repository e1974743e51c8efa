"""Every row of the checklist: a command does what it does without the launcher."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import need

from .cases import CASES, Row, compilers_of
from .commands import Case, Observed, Place, observed_differences

WORKERS = 2
PARAMETERS = [
    pytest.param(case, compiler, id=f"{case}: {compiler}")
    for case in CASES
    for compiler in compilers_of(case)
]


@dataclass(frozen=True)
class Runs:
    """A case without the launcher, with it, and twice in identity mode; None: was not run."""

    plain: Observed
    passed: Observed | None
    first: Observed
    second: Observed | None


@cache
def works(program: str) -> bool:
    """bubblewrap may be there and not be allowed what it needs."""
    if program != "bwrap":
        return shutil.which(program) is not None
    words = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "true"]
    return bool(shutil.which(program)) and subprocess.run(words, check=False).returncode == 0


def run_case(directory: Path, launcher: Path, case: Case, compiler: str) -> Runs:
    place = Place(directory, launcher)
    plain = place.run(case, compiler, "plain", launched=False)
    passed = second = None
    if compiler == case.compilers[0]:
        passed = place.run(case, compiler, "passed", launched=True)
    first = place.run(case, compiler, "first", launched=True, identity=True)
    # After edits, or where nothing was taken, the next run would be the same.
    if first.log and not case.alternates:
        state = directory / "first" / "project"
        second = place.run(case, compiler, "second", launched=True, identity=True, state=state)
    return Runs(plain, passed, first, second)


@pytest.fixture(scope="module")
def runs(request, directory, launcher) -> Iterator[Callable[[Case, str], Runs]]:
    """Starts what was selected, two at a time: they wait for processes most of the time."""
    with ThreadPoolExecutor(WORKERS) as pool:
        started: dict[str, Future[Runs]] = {}
        for item in request.session.items:
            values = getattr(item, "callspec", None) and item.callspec.params
            if item.path == request.path and values and "case" in values:
                case, compiler = values["case"], values["compiler_name"]
                if all(map(works, (compiler, *case.needs))):
                    place = directory / str(len(started))
                    started[f"{case} {compiler}"] = pool.submit(
                        run_case, place, launcher, case, compiler
                    )
        yield lambda case, compiler: started[f"{case} {compiler}"].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("case", "compiler_name"), PARAMETERS)
def test_a_command_does_what_it_does_without_us(runs, case: Case, compiler_name: str):
    need(compiler_name, *case.needs)
    for program in case.needs:
        if not works(program):
            pytest.skip(f"{program} does not work here")
    done = runs(case, compiler_name)
    for launched in (done.passed, done.first, done.second):
        if launched:
            assert list(map(str, observed_differences(done.plain, launched))) == []
    assert not done.passed or done.passed.has_state == done.plain.has_state
    assert not done.plain.temporary.entries
    if case.units is not None:
        expect(case, done)


def expect(case: Case, done: Runs) -> None:
    """Identity mode took what it has to take, and nothing else."""
    first, second = done.first, done.second
    assert first.actions("direct") == case.repeats, first.log
    assert first.actions("swapped") == case.units - case.repeats, first.log
    if second:
        assert second.actions("direct") == case.units - case.compiled, second.log
        assert second.actions("swapped") == case.compiled, second.log


def test_every_row_has_a_case_and_every_case_a_name():
    assert {case.row for case in CASES} == set(Row)
    assert len({str(case) for case in CASES}) == len(CASES)
