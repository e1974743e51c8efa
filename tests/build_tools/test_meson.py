"""Meson in each of the ways that it calls a launcher, and the pattern that docs/meson.md has."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import need

from .support import REPOSITORY, VERBS, Calls, Checker, Sample, Way

SETUP = ("meson", "setup", "build")
NINJA = ("ninja", "-C", "build", "-j2")
CROSS = """\
[binaries]
c = {compiler}
cpp = 'x86_64-linux-gnu-g++'
ar = 'x86_64-linux-gnu-ar'
strip = 'x86_64-linux-gnu-strip'

[host_machine]
system = 'linux'
cpu_family = 'x86_64'
cpu = 'x86_64'
endian = 'little'
"""


@pytest.fixture(autouse=True)
def _tools() -> None:
    need("meson", "ninja", "g++")


def way(*words: str, options: tuple[str, ...] = (), **more) -> Way:
    """Set up with these words; `options` are those that stay without llmopt."""
    return Way(
        **{
            "configure": (*SETUP, *options, *words),
            "plain": ("env", "CC=cc", *SETUP, *options),
            "build": NINJA,
            "variables": {},
            "names_compiler": True,
            "swapped": ("src_hot.c.o",),
            "changed": r"src_hot\.c\.o$|libpart\.so$",
            **more,
        }
    )


WAYS = {
    "native_file": way("--native-file", "{native}"),
    "native_file-llmopt_ccache_cc": way("--native-file", "chain.ini"),
    "CC_words": way(variables={"CC": "llmopt cc"}),
    "cross_file": way(
        configure=(*SETUP, "--cross-file", "launched.ini"),
        plain=(*SETUP, "--cross-file", "cross.ini"),
    ),
    "unity_build": way(
        options=("-Dunity=on",),
        variables={"CC": "llmopt cc"},
        hot=("build/libpart.so.p/part-unity0.c",),
        swapped=("meson-generated_part-unity0.c.o",),
        changed=r"part-unity0\.c\.o$|libpart\.so$",
    ),
    "subproject": way(
        variables={"CC": "llmopt cc"},
        hot=("src/hot.c", "subprojects/inner/inner.c"),
        swapped=("src_hot.c.o", "inner.c.o"),
        changed=r"src_hot\.c\.o$|libpart\.so$|inner\.c\.o$",
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_build_by(sample: Sample, checker: Checker, name: str) -> None:
    if "ccache" in name:
        need("ccache")
    if "cross" in name:
        need("x86_64-linux-gnu-gcc", "x86_64-linux-gnu-g++")
    for file, text in (
        ("chain.ini", "[binaries]\nc = ['llmopt', 'ccache', 'cc']\n"),
        ("cross.ini", CROSS.format(compiler="'x86_64-linux-gnu-gcc'")),
        ("launched.ini", CROSS.format(compiler="['llmopt', 'x86_64-linux-gnu-gcc']")),
    ):
        (sample.root / file).write_text(text)
    native = sample.installation.says("--meson-native")
    made = WAYS[name]
    configure = [word.format(native=native) for word in made.configure]
    checker.check(sample, Way(**{**vars(made), "configure": configure}))


# What Meson calls


@pytest.fixture
def calls(sample: Sample, tmp_path: Path) -> Calls:
    return Calls(sample, tmp_path)


def test_the_probes_and_all_links_go_through_the_launcher(sample: Sample, calls: Calls) -> None:
    sample.environment["CC"] = "llmopt cc"
    sample.run(*SETUP)
    probes = calls.taken()
    assert len(probes) >= 14
    assert all(line.startswith("cc ") for line in probes)
    assert [line for line in probes if "testfile.c" in line or "sanitycheckc" in line]
    sample.run(*NINJA)
    made = calls.taken()
    assert {line.split()[-1] for line in made if " -c " in line and line.endswith(".c")} == {
        "../src/hot.c",
        "../src/cold.c",
        "../src/main.c",
        "../subprojects/inner/inner.c",
    }
    assert [line for line in made if "-o libpart.so" in line]


SMALL = """\
project('small', 'c')
cc = meson.get_compiler('c')
found = configuration_data()
found.set('HAVE_STDINT_H', cc.has_header('stdint.h'))
found.set('HAVE_NO_SUCH_FLAG', cc.has_argument('-fno-such-flag'))
configure_file(output: 'config.h', configuration: found)
static_library('part', 'src/hot.c')
# after the targets
"""


@pytest.fixture
def small(sample: Sample) -> Sample:
    """Little to set up."""
    (sample.root / "meson.build").write_text(SMALL)
    return sample


def compiler(sample: Sample) -> str:
    """The words up to the compiler, in the command of the C file."""
    lines = sample.run("ninja", "-C", "build", "-t", "commands").stdout.splitlines()
    (line,) = [line for line in lines if line.endswith(".c")]
    return line.partition(" -I")[0]


def test_with_words_in_CC_meson_puts_no_ccache_in_front_itself(small: Sample) -> None:  # noqa: N802
    need("ccache")
    for variables, expected in (
        ({}, "ccache cc"),
        ({"CC": "llmopt cc"}, "llmopt cc"),
        ({"CC": "llmopt ccache cc"}, "llmopt ccache cc"),
    ):
        small.run(*SETUP, variables=variables)
        assert compiler(small) == expected
        shutil.rmtree(small.build)


def test_only_the_exact_words_ccache_and_sccache_are_stripped_for_checks(
    small: Sample, calls: Calls, tmp_path: Path
) -> None:
    """So llmopt sees the checks of Meson, and leaves them as they are: config.h is the same."""
    need("ccache")
    other = tmp_path / "shim" / "sccache"
    other.write_text('#!/bin/sh\nexec "$@"\n')
    other.chmod(0o755)
    written = set()
    for words in ("cc", "ccache cc", "sccache cc", "llmopt cc"):
        small.run(*SETUP, variables={"CC": words})
        checks = [line for line in calls.taken() if "testfile.c" in line]
        assert bool(checks) is words.startswith("llmopt")
        written.add((small.build / "config.h").read_bytes())
        shutil.rmtree(small.build)
    assert len(written) == 1


# Targets for verbs


def test_the_pattern_of_the_documentation_makes_targets_for_verbs(
    small: Sample, tmp_path: Path
) -> None:
    page = (REPOSITORY / "docs" / "meson.md").read_text()
    (snippet,) = re.findall(r"```meson\n(.*?)```", page, re.DOTALL)
    small.insert("after the targets", snippet, "meson.build")
    small.run(*SETUP, variables={"CC": "cc"})
    calls = tmp_path / "calls"
    targets = [f"llmopt-{verb}" for verb in VERBS]
    small.run("ninja", "-C", "build", *targets, variables={"TEST_CALLS": str(calls)})
    made = [json.loads(line)[1] for line in calls.read_text().splitlines()]
    assert sorted(made) == sorted([verb, "--project", str(small.root)] for verb in VERBS)
    # Where llmopt is not installed, the project is set up without them.
    without = {"CC": "cc", "PATH": "/usr/bin:/bin"}
    small.run("meson", "setup", "other", variables=without)
    assert "llmopt-report" not in (small.root / "other" / "build.ninja").read_text()


def test_the_native_file_is_the_one_that_the_verb_names(sample: Sample) -> None:
    native = Path(sample.installation.says("--meson-native"))
    assert native.is_file()
    assert native.is_relative_to(sample.installation.prefix)
    assert "c = ['llmopt', 'cc']" in native.read_text().splitlines()
