"""The cache: nothing lost between processes and kills, nothing run that somebody planted."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from llmopt.errors import StoreError
from llmopt.store.cache import Cache
from llmopt.values.step import Donor, IrText
from tests.conftest import need
from tests.recipes import SPEEDUP, recipe

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """An empty cache."""
    opened = Cache(str(tmp_path / "cache"))
    yield opened
    opened.close()


def python(code: str) -> subprocess.Popen[bytes]:
    """Another process with llmopt and the tests' recipes."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
    )


# Round trips


def test_a_recipe_is_found_by_its_digest_and_its_function_key(cache: Cache) -> None:
    made = recipe(IrText("hot", "00", "define ä\t \n"), key="k")
    assert cache.recipe(made.digest) is None
    assert cache.recipes_for("k") == []
    cache.add_recipe(made)
    assert cache.recipe(made.digest) == made
    assert cache.recipes_for("k") == [made]
    assert cache.recipes_for("k2") == []
    assert cache.recipes_for("") == []


def test_the_recipe_with_the_highest_lower_bound_comes_first(cache: Cache) -> None:
    lows = {"-O1": 1.1, "-O2": 1.4, "-O3": 1.2}
    for option, low in lows.items():
        cache.add_recipe(recipe(Donor(("hot",), (option,)), speedup=replace(SPEEDUP, low=low)))
    found = [step.options for made in cache.recipes_for("key") for step in made.steps]
    assert found == [("-O2",), ("-O3",), ("-O1",)]


def test_a_revoked_recipe_is_not_found_and_never_comes_back(cache: Cache) -> None:
    kept, revoked = recipe(Donor(("a",))), recipe(Donor(("b",)))
    for made in (kept, revoked):
        cache.add_recipe(made)
    cache.revoke(revoked, "wrong for odd n")
    cache.revoke(revoked, "wrong for odd n")
    assert cache.recipes() == [kept]
    assert cache.recipes_for("key") == [kept]
    assert cache.recipe(revoked.digest) is None
    assert (cache.revoked(kept.digest), cache.revoked(revoked.digest)) == (None, "wrong for odd n")
    with pytest.raises(StoreError, match="was revoked: wrong for odd n"):
        cache.add_recipe(revoked)


@pytest.mark.parametrize("data", [b"", b"\0\xff", os.urandom(500_000)], ids=len)
def test_an_object_comes_back(cache: Cache, data: bytes) -> None:
    """Small ones stand in the database, large ones in files of their own."""
    assert cache.object("unit") is None
    cache.add_object("unit", data)
    assert cache.object("unit") == data


@pytest.mark.parametrize("data", [b"{}", os.urandom(500_000)], ids=len)
def test_an_answer_of_a_model_comes_back(cache: Cache, data: bytes) -> None:
    assert cache.answer("k") is None
    cache.add_answer("k", data)
    assert cache.answer("k") == data
    assert cache.object("k") is None


def test_an_outcome_comes_back(cache: Cache) -> None:
    outcome = {"gain": 1.25, "verdict": {"gate": "time"}, "texts": ["ä", None, True]}
    assert cache.outcome("k") is None
    cache.add_outcome("k", outcome)
    assert cache.outcome("k") == outcome


def test_another_cache_on_the_same_directory_sees_it_all(cache: Cache) -> None:
    cache.add_recipe(recipe())
    cache.add_object("unit", b"object")
    other = Cache(cache.directory)
    assert other.recipes_for("key") == [recipe()]
    assert other.object("unit") == b"object"
    other.close()


def test_nothing_is_evicted(cache: Cache) -> None:
    """What was paid for must not vanish."""
    for number in range(30):
        cache.add_object(str(number), bytes(1_000_000))
    assert all(cache.object(str(number)) is not None for number in range(30))
    assert cache._cache.eviction_policy == "none"
    assert cache._cache.cull_limit == 0


# Processes beside each other, and kills

WRITER = """
import sys
from llmopt.store.cache import Cache
from llmopt.values.step import Donor
from tests.recipes import recipe
cache = Cache(sys.argv[1] if len(sys.argv) > 1 else {directory!r})
for number in range({count}):
    cache.add_recipe(recipe(Donor(("hot",), ({name!r}, str(number)))))
    cache.add_object({name!r} + str(number), bytes([number % 251]) * {size})
    print(number, flush=True)
"""


def test_two_processes_that_add_at_once_lose_nothing(cache: Cache) -> None:
    writers = [
        python(WRITER.format(directory=cache.directory, name=name, count=40, size=100))
        for name in ("one", "two")
    ]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    options = {step.options for made in cache.recipes_for("key") for step in made.steps}
    assert options == {(name, str(n)) for name in ("one", "two") for n in range(40)}


@pytest.mark.parametrize("pause", [0.0, 0.013, 0.04])
def test_a_kill_during_writes_leaves_a_usable_cache(cache: Cache, pause: float) -> None:
    writer = python(WRITER.format(directory=cache.directory, name="w", count=100_000, size=60_000))
    assert writer.stdout
    for _ in range(3):
        writer.stdout.readline()
    time.sleep(pause)
    os.kill(writer.pid, signal.SIGKILL)
    done = writer.communicate()[0].split()
    written = max([2, *map(int, done)])
    again = Cache(cache.directory)
    assert len(again.recipes_for("key")) in (written + 1, written + 2)
    for number in range(written + 1):
        assert again.object(f"w{number}") == bytes([number % 251]) * 60_000
    assert again.object(f"w{written + 1}") in (None, bytes([(written + 1) % 251]) * 60_000)
    again.add_object("after", b"written")
    assert again.object("after") == b"written"
    again.close()


# Damage and ill will

#: A pickle that makes a file when it is loaded: `os.system("touch planted")`.
PICKLE = b"cposix\nsystem\n(S'touch planted'\ntR."
_PICKLED = 4  # diskcache's MODE_PICKLE


@pytest.mark.parametrize("in_file", [False, True], ids=["in the database", "in a file"])
def test_a_planted_pickle_is_refused_and_never_run(
    cache: Cache, *, in_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = recipe()
    cache.add_recipe(made)
    cache.add_object("unit", b"object")
    cache.add_outcome("trial", {})
    cache.close()
    (Path(cache.directory) / "planted.val").write_bytes(PICKLE)
    with sqlite3.connect(f"{cache.directory}/cache.db") as database:
        value, name = (None, "planted.val") if in_file else (PICKLE, None)
        changed = database.execute(
            "UPDATE Cache SET mode = ?, value = ?, filename = ?", (_PICKLED, value, name)
        )
        assert changed.rowcount == 4
    database.close()
    for ask in (
        lambda: cache.recipe(made.digest),
        lambda: cache.recipes_for("key"),
        lambda: cache.object("unit"),
        lambda: cache.outcome("trial"),
        lambda: cache.revoke(made, ""),
    ):
        with pytest.raises(StoreError, match="pickled value"):
            ask()
    assert not (tmp_path / "planted").exists()


def test_the_planted_pickle_would_run_where_it_is_loaded(tmp_path: Path) -> None:
    """Otherwise the test above would show nothing."""
    code = f"import pickle; pickle.loads({PICKLE!r})"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert (tmp_path / "planted").exists()


def test_only_bytes_under_texts_are_stored(cache: Cache) -> None:
    with pytest.raises(TypeError, match="values are bytes"):
        cache._cache["key"] = {"a": 1}
    with pytest.raises(TypeError, match="keys are text"):
        cache._cache[("a", 1)] = b""


def overwrite(cache: Cache, key: str, value: object) -> None:
    """Puts a value in the database behind the cache's back."""
    with sqlite3.connect(f"{cache.directory}/cache.db") as database:
        done = database.execute("UPDATE Cache SET value = ? WHERE key = ?", (value, key))
        assert done.rowcount == 1
    database.close()


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_a_damaged_object_is_as_good_as_none(cache: Cache, at: int) -> None:
    cache.add_object("unit", b"the object")
    stored = bytearray(cache._cache["object:unit"])
    stored[at] ^= 1
    overwrite(cache, "object:unit", bytes(stored))
    assert cache.object("unit") is None
    cache.add_object("unit", b"the object")
    assert cache.object("unit") == b"the object"


@pytest.mark.parametrize("value", [b"", b"short", 7, None, "text"])
def test_an_object_of_another_form_is_as_good_as_none(cache: Cache, value: object) -> None:
    cache.add_object("unit", b"the object")
    overwrite(cache, "object:unit", value)
    assert cache.object("unit") is None


def test_a_large_object_that_is_damaged_or_gone_is_as_good_as_none(cache: Cache) -> None:
    cache.add_object("unit", bytes(200_000))
    (path,) = Path(cache.directory).rglob("*.val")
    with path.open("r+b") as file:
        file.seek(100_000)
        file.write(b"\1")
    assert cache.object("unit") is None
    path.unlink()
    assert cache.object("unit") is None


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b'{"format": 1}', b'{"steps": [1]}', 7])
def test_a_damaged_recipe_is_as_good_as_none(cache: Cache, value: object) -> None:
    damaged, kept = recipe(Donor(("a",))), recipe(Donor(("b",)))
    for made in (damaged, kept):
        cache.add_recipe(made)
    overwrite(cache, f"recipe:{damaged.digest}", value)
    assert cache.recipe(damaged.digest) is None
    assert cache.recipes_for("key") == [kept]


def test_a_recipe_under_the_digest_of_another_is_as_good_as_none(cache: Cache) -> None:
    one, other = recipe(Donor(("a",))), recipe(Donor(("b",)))
    for made in (one, other):
        cache.add_recipe(made)
    overwrite(cache, f"recipe:{one.digest}", cache._cache[f"recipe:{other.digest}"])
    assert cache.recipe(one.digest) is None


@pytest.mark.parametrize("value", [b"", b"[1]", b"7", b"null", b"\xff", 3])
def test_a_damaged_outcome_is_as_good_as_none(cache: Cache, value: object) -> None:
    cache.add_outcome("trial", {"gain": 1})
    overwrite(cache, "outcome:trial", value)
    assert cache.outcome("trial") is None


# A cache that cannot be used


def test_a_cache_below_a_file_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/cache cannot be used: .*see `llmopt doctor`"):
        Cache(str(tmp_path / "file" / "cache"))


def test_a_database_that_is_none_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "cache.db").write_bytes(b"no database\n" * 100)
    with pytest.raises(StoreError, match="cannot be used"):
        Cache(str(tmp_path / "cache"))


def test_experiences_are_kept_by_move_and_function_and_read_in_one_order(cache: Cache) -> None:
    for move, function, gain in (("polly", "2", 1.5), ("O3", "1", 1.1), ("polly", "1", 0.9)):
        said = {"move": move, "features": {"loops": "2"}, "gain": gain}
        cache.add_experience("here", move, function, said)
    cache.add_experience("here", "polly", "1", {"move": "polly", "features": {}, "gain": 2.0})
    cache.add_experience("elsewhere", "O3", "1", {"move": "O3", "features": {}, "gain": 9.0})
    found = [(e["move"], e["gain"]) for e in cache.experiences("here")]
    assert found == [("O3", 1.1), ("polly", 2.0), ("polly", 1.5)]


def test_a_damaged_experience_is_left_out(cache: Cache) -> None:
    cache.add_experience("here", "O3", "1", {"move": "O3"})
    cache._cache["experience:here:O2:1"] = b"{"
    assert cache.experiences("here") == []


READ_ONLY = """
import sys
from llmopt.errors import StoreError
from llmopt.store.cache import Cache
try:
    cache = Cache(sys.argv[1])
    cache.add_object("unit", b"object")
except StoreError as error:
    print(error)
"""


def test_a_cache_on_a_read_only_disk_is_a_store_error(cache: Cache) -> None:
    """Really read-only: file modes mean nothing to root."""
    need("bwrap")
    wall = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--unshare-user-try"]
    if subprocess.run([*wall, "true"], capture_output=True, check=False).returncode:
        pytest.skip("bubblewrap may not make namespaces here")
    cache.close()
    done = subprocess.run(
        [*wall, sys.executable, "-c", READ_ONLY, cache.directory],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"the cache in {cache.directory} cannot be used" in done.stdout, done.stderr
