"""Every row of the checklist: a command does what it does without the launcher."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import need

from .cases import CASES, Row
from .commands import Case, Observed, Place, observed_differences

WORKERS = 2
PARAMETERS = [
    pytest.param(case, compiler, id=f"{case}: {compiler}")
    for case in CASES
    for compiler in case.compilers
]


@dataclass(frozen=True)
class Runs:
    """A case without the launcher, with it, and twice in identity mode."""

    plain: Observed
    passed: Observed
    first: Observed
    second: Observed | None


def run_case(directory: Path, launcher: Path, case: Case, compiler: str) -> Runs:
    place = Place(directory, launcher)
    first = (plain, passed, swapped) = (
        place.run(case, compiler, "plain", launched=False),
        place.run(case, compiler, "passed", launched=True),
        place.run(case, compiler, "first", launched=True, identity=True),
    )
    if not swapped.log or case.alternates:
        # The next run would find nothing to take.
        return Runs(*first, None)
    state = directory / "first" / "project"
    again = place.run(case, compiler, "second", launched=True, identity=True, state=state)
    return Runs(*first, again)


@pytest.fixture(scope="module")
def runs(request, directory, launcher) -> Iterator[Callable[[Case, str], Runs]]:
    """Starts what was selected, two at a time: they wait for processes most of the time."""
    with ThreadPoolExecutor(WORKERS) as pool:
        started: dict[str, Future[Runs]] = {}
        for item in request.session.items:
            values = getattr(item, "callspec", None) and item.callspec.params
            if item.path == request.path and values and "case" in values:
                case, compiler = values["case"], values["compiler_name"]
                if all(shutil.which(name) for name in (compiler, *case.needs)):
                    place = directory / str(len(started))
                    started[f"{case} {compiler}"] = pool.submit(
                        run_case, place, launcher, case, compiler
                    )
        yield lambda case, compiler: started[f"{case} {compiler}"].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("case", "compiler_name"), PARAMETERS)
def test_a_command_does_what_it_does_without_us(runs, case: Case, compiler_name: str):
    need(compiler_name, *case.needs)
    done = runs(case, compiler_name)
    for launched in (done.passed, done.first, done.second):
        if launched:
            assert list(map(str, observed_differences(done.plain, launched))) == []
    assert not done.passed.log
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
