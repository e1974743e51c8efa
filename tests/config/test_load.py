"""llmopt.yaml: every mistake is named with its file, its place and what would be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmopt.config.load import cache_directory, find_root, load, parse, reference
from llmopt.config.model import GATES, Config
from llmopt.errors import ConfigError
from llmopt.values.contract import Contract

REPOSITORY = Path(__file__).parents[2]


def loaded(directory: Path, text: str) -> Config:
    """The configuration in a file of this text."""
    (directory / "llmopt.yaml").write_text(text)
    return load(directory, {"LLMOPT_CACHE_DIR": "/cache"})


def section(name: str, content: str) -> str:
    return f"version: 1\n{name}:\n  {content}\n"


MISTAKES = [
    ("", "expected a mapping of sections"),
    ("- a\n", "expected a mapping of sections"),
    ("build: {}\n", "version: expected 1, found None"),
    ("version: 2\n", "version: expected 1, found 2"),
    ("version: '1'\n", "version: expected 1, found '1'"),
    ("version: 1\nbiuld: {}\n", "unknown setting 'biuld': did you mean 'build'?"),
    ("version: 1\n7: {}\n", "unknown setting 7: known are build, workload"),
    ("version: 1\nbuild: make\n", "build: expected a mapping, found 'make'"),
    ("version: 1\nhot: [1]\n", "hot: expected a mapping, found [1]"),
    (section("build", "tset: x"), "build: unknown setting 'tset': did you mean 'test'?"),
    (section("hot", "zzzz: 1"), "hot: unknown setting 'zzzz': known are min_share, cumulative"),
    (section("build", "test: 5"), "build.test: expected a text, found 5"),
    (section("build", "test: [a]"), "build.test: expected a text, found ['a']"),
    (section("build", "timeout: soon"), "build.timeout: expected a number, found 'soon'"),
    (section("build", "timeout: yes"), "build.timeout: expected a number, found True"),
    (section("search", "trials: 1.5"), "search.trials: expected a whole number, found 1.5"),
    (section("search", "trials: yes"), "search.trials: expected a whole number, found True"),
    (section("search", "seed:"), "search.seed: expected a whole number, found None"),
    (section("workload", "checks: x"), "workload.checks: expected a list of texts, found 'x'"),
    (section("workload", "checks: [1]"), "workload.checks: expected a list of texts, found [1]"),
    (section("workload", "files:"), "workload.files: expected a list of texts, found None"),
    (section("sandbox", "mode: on"), "sandbox.mode: expected one of require, prefer, off"),
    (section("sandbox", "mode: bwrap"), "prefer, off, found 'bwrap'"),
    (section("sandbox", "mode: [off]"), "sandbox.mode: expected one of require, prefer, off"),
    (section("gates", "required: [tiem]"), "unknown setting 'tiem': did you mean 'time'?"),
    (section("gates", "required: []"), "gates.required: at least one gate is needed"),
    (section("gates", "pairs: 4"), "gates.pairs: an interval needs at least 5 pairs, found 4"),
    (section("search", "levels: [asn]"), "search.levels: unknown setting 'asn'"),
    (section("hot", "min_share: 0"), "hot.min_share: must be above 0 and at most 1, found 0.0"),
    (section("hot", "min_share: 2"), "hot.min_share: must be above 0 and at most 1, found 2.0"),
    (section("hot", "cumulative: .nan"), "hot.cumulative: must be above 0 and at most 1"),
    (section("launcher", "wait_seconds: -1"), "launcher.wait_seconds: must be from 0.001 to 600"),
    (section("launcher", "wait_seconds: 0"), "launcher.wait_seconds: must be from 0.001 to 600"),
    (section("launcher", "wait_seconds: 601"), "launcher.wait_seconds: must be from 0.001 to 600"),
    ("version: [\n", "not valid YAML"),
    ("version: 1\n\tbuild: {}\n", "not valid YAML"),
    (section("build", "test: 2024-13-45"), "not valid YAML"),
    ("version: 1\nbuild: !!python/object:os.system {}\n", "not valid YAML"),
]


@pytest.mark.parametrize(("text", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_named_with_its_place_and_what_would_be_right(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, text)
    assert str(raised.value).startswith(f"{tmp_path}/llmopt.yaml: ")
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "name",
    [
        "build.timeout",
        "workload.timeout",
        "search.minutes",
        "search.trials",
        "gates.min_gain",
        "gates.max_gain",
        "hot.max_functions",
        "sandbox.max_file_mb",
    ],
)
@pytest.mark.parametrize("value", ["0", "-1", ".nan", ".inf"])
def test_a_limit_is_a_number_above_zero(tmp_path: Path, name: str, value: str) -> None:
    part, setting = name.split(".")
    with pytest.raises(ConfigError, match=re.escape(f"{part}.{setting}: ")):
        loaded(tmp_path, section(part, f"{setting}: {value}"))


def test_bytes_that_are_no_text_are_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "llmopt.yaml").write_bytes(b"version: 1 # \xff\n")
    with pytest.raises(ConfigError, match="not valid YAML"):
        load(tmp_path, {})


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "llmopt.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"llmopt\.yaml: cannot be read: Is a directory"):
        load(tmp_path, {})


# What is right


def test_a_version_is_enough_and_gives_the_defaults(tmp_path: Path) -> None:
    config = loaded(tmp_path, "version: 1\n")
    assert config == Config(root=str(tmp_path), cache="/cache")
    assert config.state == f"{tmp_path}/.llmopt"
    assert config.sandbox.mode == "prefer"
    assert {*config.gates.required, *config.gates.consulted} == set(GATES)
    assert config.gates.pairs == 7


def test_an_empty_section_is_its_defaults(tmp_path: Path) -> None:
    assert loaded(tmp_path, "version: 1\nbuild:\nhot: {}\n") == loaded(tmp_path, "version: 1\n")


@pytest.mark.parametrize("written", ["off", '"off"', "false"])
def test_off_is_off_whatever_yaml_makes_of_it(tmp_path: Path, written: str) -> None:
    assert loaded(tmp_path, section("sandbox", f"mode: {written}")).sandbox.mode == "off"


def test_a_whole_number_is_a_number_and_lists_are_tuples(tmp_path: Path) -> None:
    config = loaded(
        tmp_path, "version: 1\nbuild: {timeout: 5, test: }\nworkload: {checks: [a, b c]}\n"
    )
    assert (config.build.timeout, type(config.build.timeout)) == (5.0, float)
    assert config.build.test == ""
    assert config.workload.checks == ("a", "b c")


def test_the_configuration_is_frozen(tmp_path: Path) -> None:
    config = loaded(tmp_path, "version: 1\n")
    with pytest.raises(AttributeError, match="cannot assign"):
        config.build.test = "true"  # type: ignore[misc]


def test_gates_are_required_in_order_of_cost(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        "version: 1\nbuild: {test: make test}\ngates: {required: [time, project-tests, build]}\n",
    )
    assert config.required_gates == ("build", "project-tests", "time")


def test_without_tests_the_gate_of_the_tests_is_dropped(tmp_path: Path) -> None:
    assert "project-tests" not in loaded(tmp_path, "version: 1\n").required_gates
    tested = loaded(tmp_path, section("build", "test: make test"))
    assert "project-tests" in tested.required_gates


def test_contracts_are_read_by_function(tmp_path: Path) -> None:
    text = """version: 1
contracts:
  f:
    require: ["a < b"]
    length: {p: n * 2, q: 16}
    range: {n: [0, 500], x: [-1.5, 1]}
    apart: [p, q]
    callbacks: pure
  g:
"""
    contracts = loaded(tmp_path, text).contracts
    assert contracts["g"] == Contract()
    assert contracts["f"] == Contract(
        require=("a < b",),
        length={"p": "n * 2", "q": "16"},
        range={"n": (0, 500), "x": (-1.5, 1)},
        apart=("p", "q"),
        callbacks="pure",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[f]", "contracts: expected a mapping by name"),
        ("{f: {size: 3}}", "contracts.f: unknown setting 'size'"),
        ("{f: {range: {n: 3}}}", r"contracts.f.range.n: expected \[least, greatest\]"),
        ("{f: {range: {n: [3, 1]}}}", "contracts.f.range.n: expected"),
        ("{f: {range: {n: [true, 1]}}}", "contracts.f.range.n: expected"),
        ("{f: {length: n}}", "contracts.f.length: expected a mapping of parameters"),
        ("{f: {apart: p}}", "contracts.f.apart: expected a list"),
        ("{f: {callbacks: none}}", "contracts.f.callbacks: expected one of"),
    ],
)
def test_a_contract_that_is_none_is_told(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        loaded(tmp_path, f"version: 1\ncontracts: {content}\n")


def test_gates_are_asked_in_order_of_cost_and_required_ones_are_not_only_consulted(
    tmp_path: Path,
) -> None:
    gates = "required: [shadow, identity]\n  consulted: [shadow, tests]"
    config = loaded(tmp_path, section("gates", gates))
    assert config.required_gates == ("identity", "shadow")
    assert config.consulted_gates == ("tests",)
    assert config.asked_gates == ("identity", "tests", "shadow")


def test_the_root_is_the_nearest_directory_with_the_file(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with pytest.raises(ConfigError, match="run `llmopt init`"):
        find_root(inner)
    (tmp_path / "llmopt.yaml").touch()
    assert find_root(inner) == tmp_path
    (tmp_path / "a" / "llmopt.yaml").touch()
    assert find_root(inner) == tmp_path / "a"


def test_parse_takes_data_that_no_file_holds() -> None:
    config = parse({"version": 1}, Path("/p/llmopt.yaml"), "/c")
    assert (config.root, config.cache) == ("/p", "/c")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LLMOPT_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/a"),
        ({"LLMOPT_CACHE_DIR": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/llmopt"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/llmopt"),
        ({}, "/nonexistent/.cache/llmopt"),
    ],
)
def test_the_environment_says_where_the_cache_is(environ: dict[str, str], expected: str) -> None:
    assert cache_directory(environ) == expected


# The reference page


def test_the_reference_page_is_that_of_the_model() -> None:
    page = (REPOSITORY / "docs" / "configuration.md").read_text()
    assert page == reference(), "run: python -m llmopt.config.load > docs/configuration.md"


def test_the_reference_page_has_every_setting_with_its_default() -> None:
    page = reference()
    assert "| `mode` | `prefer` |" in page
    assert '| `command` | `""` |' in page
    assert "| `levels` | `[source, ir, asm]` |" in page


def test_the_example_project_is_configured_right() -> None:
    assert load(REPOSITORY / "example_project", {}).workload.command
