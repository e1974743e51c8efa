"""CMake in each of the ways that it calls a launcher, and the package LLMOpt."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import need

from .support import REPOSITORY, VERBS, Calls, Checker, Sample, Way

NINJA = ("-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
MAKE = ("-G", "Unix Makefiles", *NINJA[2:])
MULTI = ("-G", "Ninja Multi-Config", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
LAUNCHER = "-DCMAKE_C_COMPILER_LAUNCHER=llmopt"
CONFIGURE = ("cmake", "-S", ".", "-B", "build")
BUILD = ("cmake", "--build", "build", "--parallel", "2")
UNITY = "build/CMakeFiles/part.dir/Unity/unity_0_c.c"


@pytest.fixture(autouse=True)
def _tools() -> None:
    need("cmake", "ninja", "make", "g++")


def way(*words: str, generator: tuple[str, ...] = NINJA, options: tuple[str, ...] = (), **more):
    """Configured with the generator's words and these; `options` stay without llmopt."""
    return Way(
        **{
            "configure": (*CONFIGURE, *generator, *options, *words),
            "plain": (*CONFIGURE, *generator, *options),
            "build": BUILD,
            "variables": {},
            **more,
        }
    )


PRESETS = {
    "version": 3,
    "configurePresets": [
        {
            "name": "base",
            "hidden": True,
            "generator": "Ninja",
            "binaryDir": "build",
            "cacheVariables": {
                "CMAKE_BUILD_TYPE": "Release",
                "CMAKE_EXPORT_COMPILE_COMMANDS": "ON",
            },
        },
        {
            "name": "variable",
            "inherits": "base",
            "cacheVariables": {"CMAKE_C_COMPILER_LAUNCHER": "llmopt"},
        },
        {
            "name": "environment",
            "inherits": "base",
            "environment": {"CMAKE_C_COMPILER_LAUNCHER": "llmopt"},
        },
    ],
}
WAYS = {
    "launcher_variable-Ninja": way(LAUNCHER),
    "launcher_variable-Unix_Makefiles": way(LAUNCHER, generator=MAKE),
    "launcher_from_the_environment-Ninja": way(variables={"CMAKE_C_COMPILER_LAUNCHER": "llmopt"}),
    # CMake calls the assembler by the first word of CC alone: it has to be told.
    "CC_words-Ninja": way(
        "-DCMAKE_ASM_COMPILER=cc", variables={"CC": "llmopt cc"}, names_compiler=True
    ),
    "list_of_launchers-llmopt_ccache": way(f"{LAUNCHER};ccache"),
    "unity_build": way(
        LAUNCHER,
        options=("-DCMAKE_UNITY_BUILD=ON",),
        hot=(UNITY,),
        swapped=("unity_0_c.c.o",),
        changed=r"part\.dir/.*unity_0_c\.c\.o$|libpart\.so$",
    ),
    "response_files": way(LAUNCHER, options=("-DCMAKE_NINJA_FORCE_RESPONSE_FILE=ON",)),
    "multi_config-Release": way(
        LAUNCHER,
        generator=MULTI,
        build=(*BUILD, "--config", "Release"),
        program="Release/program",
    ),
    "preset-cacheVariables": way(configure=("cmake", "--preset", "variable")),
    "preset-environment": way(configure=("cmake", "--preset", "environment")),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_build_by(sample: Sample, checker: Checker, name: str) -> None:
    if "ccache" in name:
        need("ccache")
    (sample.root / "CMakePresets.json").write_text(json.dumps(PRESETS))
    checker.check(sample, WAYS[name])
    if name == "response_files":
        commands = sample.run("ninja", "-C", "build", "-t", "commands").stdout
        assert " @CMakeFiles/part.dir/src/hot.c.o.rsp " in commands


# When the launcher is called


@pytest.fixture
def calls(sample: Sample, tmp_path: Path) -> Calls:
    return Calls(sample, tmp_path)


def sources(lines: list[str]) -> set[str]:
    return {Path(line.split()[-1]).name for line in lines if " -c " in line}


C_SOURCES = {"hot.c", "cold.c", "main.c", "second.c"}


def test_launcher_variable_is_for_compiles_only_never_at_configure_never_to_link(
    sample: Sample, calls: Calls
) -> None:
    sample.run(*CONFIGURE, *NINJA, LAUNCHER)
    assert calls.taken() == []
    sample.run(*BUILD)
    made = calls.taken()
    assert sources(made) == C_SOURCES
    assert len(made) == len(C_SOURCES)
    # compile_commands.json tells neither the launcher nor what tracks dependencies.
    told = (sample.build / "compile_commands.json").read_text()
    assert "llmopt" not in told.replace(str(sample.root), "")
    assert "-MD" not in told
    assert all(" -MD -MT " in line for line in made)


def test_launcher_from_the_environment_is_also_called_by_try_compile(
    sample: Sample, calls: Calls
) -> None:
    sample.environment["CMAKE_C_COMPILER_LAUNCHER"] = "llmopt"
    sample.run(*CONFIGURE, *NINJA)
    made = calls.taken()
    assert made
    assert all(" -c " in line for line in made)
    # CMake reads the directories and libraries of this one; the ways above compare what it read.
    assert [line for line in made if " -v " in line and "CMakeCCompilerABI.c" in line]
    sample.run(*BUILD)
    assert sources(calls.taken()) == C_SOURCES


def test_CC_words_are_called_at_configure_links_included_and_once_without_the_compiler(  # noqa: N802
    sample: Sample, calls: Calls
) -> None:
    sample.environment["CC"] = "llmopt cc"
    sample.run(*CONFIGURE, *NINJA, "-DCMAKE_ASM_COMPILER=cc")
    made = calls.taken()
    assert len(made) >= 8
    assert [line for line in made if line.startswith("cc -v ") and "CMakeCCompilerABI.c" in line]
    assert [line for line in made if line.startswith("cc ") and " -c " not in line]
    assert [line for line in made if not line.startswith("cc ")] == ["-print-sysroot"]
    sample.run(*BUILD)
    made = calls.taken()
    assert sources(made) == C_SOURCES
    assert [line for line in made if "-o program" in line or "-o libpart.so" in line]


def test_print_sysroot_without_a_compiler_says_nothing_and_fails(sample: Sample) -> None:
    done = sample.run("llmopt", "-print-sysroot", status=None)
    assert done.returncode != 0
    assert done.stdout == ""


@pytest.mark.parametrize("launcher", ["no-such-llmopt", "llmopt ccache"], ids=["missing", "blank"])
def test_a_launcher_that_does_not_exist_fails_the_build_not_the_configure_step(
    sample: Sample, launcher: str
) -> None:
    """A list has a semicolon: with a blank it is the name of one program."""
    sample.run(*CONFIGURE, *NINJA, f"-DCMAKE_C_COMPILER_LAUNCHER={launcher}")
    done = sample.run("cmake", "--build", "build", status=None)
    assert done.returncode != 0
    assert launcher.partition(" ")[0] in done.stdout + done.stderr


def test_multi_config_Debug_is_left_to_the_compiler(sample: Sample) -> None:  # noqa: N802
    sample.make_hot(["src/hot.c"])
    sample.run(*CONFIGURE, *MULTI, LAUNCHER)
    sample.run(*BUILD, "--config", "Debug")
    assert sample.answer("Debug/program") == 1
    assert sample.log() == []


# The package

FIND = "find_package(LLMOpt 0.1 REQUIRED)\n"
PACKAGE_WAYS = {
    "llmopt_enable-all_targets": ("before the targets", f"{FIND}llmopt_enable()", ()),
    "llmopt_enable-named_targets": ("after the targets", f"{FIND}llmopt_enable(part program)", ()),
    "C_COMPILER_LAUNCHER_property-generator_expression": (
        "after the targets",
        "set_target_properties(part PROPERTIES\n"
        '  C_COMPILER_LAUNCHER "$<$<CONFIG:Release>:llmopt>")',
        (),
    ),
    "injected_by_CMAKE_PROJECT_TOP_LEVEL_INCLUDES": (
        "after the targets",
        "",
        ("-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={cmake_dir}/LLMOptInject.cmake",),
    ),
}


@pytest.mark.parametrize("name", PACKAGE_WAYS)
def test_a_project_that_asks_by(sample: Sample, checker: Checker, name: str) -> None:
    """The package is found by PATH: CMake looks for it in the prefix of each directory there."""
    marker, text, words = PACKAGE_WAYS[name]
    # Before the build description is another one: what is built is the same.
    checker.plain(sample, way())
    sample.insert(marker, text)
    cmake_dir = sample.installation.says("--cmake-dir")
    checker.check(sample, way(*(word.format(cmake_dir=cmake_dir) for word in words)))


class Small:
    """A project of a few lines, configured; which of its commands go through what."""

    def __init__(self, sample: Sample, root: Path) -> None:
        self.root = root
        self.build = root / "build"
        self._sample = sample
        self.variables: dict[str, str] = {}
        self.languages = "C"

    def write(self, **files: str) -> Small:
        """`top`, `sub`: the lines of their CMakeLists.txt; each may compile its a.c and b.c."""
        for name, text in files.items():
            directory = self.root if name == "top" else self.root / name
            directory.mkdir(parents=True, exist_ok=True)
            for source in ("a.c", "b.c"):
                (directory / source).write_text(f"int {name}_{source[0]}(void) {{ return 1; }}\n")
            head = f"project({name} LANGUAGES {self.languages})\n"
            if name == "top":
                head = f"cmake_minimum_required(VERSION 3.15)\n{head}"
            (directory / "CMakeLists.txt").write_text(f"{head}{text}\n")
        return self

    def configure(self, *words: str, generator: str = "Ninja", status: int = 0) -> str:
        """What CMake says."""
        done = self._sample.run(
            *(*CONFIGURE, "-G", generator, *words),
            cwd=self.root,
            status=status,
            variables=self.variables,
        )
        # As one line: CMake breaks the lines of its messages.
        return " ".join((done.stdout + done.stderr).split())

    def launchers(self) -> dict[str, list[str]]:
        """The programs in front of the compiler, for each source."""
        done = self._sample.run("ninja", "-C", self.build, "-t", "commands", cwd=self.root)
        found = {}
        for line in done.stdout.splitlines():
            if " -c " in line:
                words = line.split()
                name = str(Path(words[-1]).relative_to(self.root))
                before = words[: next(n for n, word in enumerate(words) if word.endswith("/cc"))]
                found[name] = [Path(word).name for word in before]
        return found

    def run_target(self, name: str, **variables: str) -> list[object]:
        """How the Python half is called by a target: directory, words, make's variables."""
        calls = self.root / "calls"
        calls.unlink(missing_ok=True)
        words = ("cmake", "--build", "build", "--target", name)
        variables["TEST_CALLS"] = str(calls)
        self._sample.run(*words, cwd=self.root, variables=variables)
        (line,) = calls.read_text().splitlines()
        made: list[object] = json.loads(line)
        return made

    def targets(self) -> set[str]:
        """The targets of llmopt."""
        done = self._sample.run("cmake", "--build", "build", "--target", "help", cwd=self.root)
        return set(re.findall(r"\bllmopt-[\w.+-]+", done.stdout))


@pytest.fixture
def small(sample: Sample, tmp_path: Path) -> Small:
    return Small(sample, tmp_path / "small")


ENABLE = "find_package(LLMOpt REQUIRED)\nllmopt_enable()\n"


def test_llmopt_enable_is_for_targets_made_after_it_in_its_directory_and_below(
    small: Small,
) -> None:
    """The property is read when a target is created."""
    small.write(
        top=f"add_library(a a.c)\nadd_subdirectory(before)\n{ENABLE}"
        "add_library(b b.c)\nadd_subdirectory(after)",
        before=f"{ENABLE}add_library(c a.c)",
        after="add_library(d a.c)",
    )
    small.configure()
    assert small.launchers() == {
        "a.c": [],
        "b.c": ["llmopt"],
        "before/a.c": ["llmopt"],
        "after/a.c": ["llmopt"],
    }


FIRST = {
    "none": ("", ["llmopt"]),
    "ccache": ("ccache", ["llmopt", "ccache"]),
    "llmopt": ("llmopt", ["llmopt"]),
    "llmopt of another place": ("/elsewhere/llmopt", ["llmopt"]),
    "llmopt and ccache": ("llmopt;ccache", ["llmopt", "ccache"]),
    "the wrong way round": ("ccache;llmopt", ["llmopt", "ccache"]),
    "empty words": (";ccache;;", ["llmopt", "ccache"]),
}


@pytest.mark.parametrize("given", FIRST)
def test_llmopt_goes_in_front_of_other_launchers_and_once(small: Small, given: str) -> None:
    launcher, expected = FIRST[given]
    small.write(
        top=f'set(CMAKE_C_COMPILER_LAUNCHER "{launcher}")\nadd_library(a a.c)\n'
        f"{ENABLE}llmopt_enable()\nadd_library(b b.c)\nllmopt_enable(a)\nllmopt_enable(a b)"
    )
    small.configure()
    assert small.launchers() == {"a.c": expected, "b.c": expected}


def test_a_launcher_in_the_environment_stays_behind_llmopt(small: Small) -> None:
    small.variables = {"CMAKE_C_COMPILER_LAUNCHER": "ccache"}
    small.write(top=f"{ENABLE}add_library(a a.c)").configure()
    assert small.launchers() == {"a.c": ["llmopt", "ccache"]}


def test_named_targets_may_be_aliases_and_what_compiles_nothing_is_left(small: Small) -> None:
    small.write(
        top="add_library(a a.c)\nadd_library(the::a ALIAS a)\nadd_library(b OBJECT b.c)\n"
        "add_library(headers INTERFACE)\nadd_library(foreign STATIC IMPORTED)\n"
        "add_custom_target(note)\nfind_package(LLMOpt)\n"
        "llmopt_enable(the::a headers foreign note)"
    )
    small.configure()
    assert small.launchers() == {"a.c": ["llmopt"], "b.c": []}


def test_a_target_that_is_not_there_is_an_error_that_names_it(small: Small) -> None:
    small.write(top="find_package(LLMOpt)\nllmopt_enable(nowhere)\nadd_library(nowhere a.c)")
    said = small.configure(status=1)
    assert 'there is no target "nowhere": call it after add_library() or add_executable()' in said


def test_injected_llmopt_goes_in_front_of_what_the_project_sets_itself(small: Small) -> None:
    small.write(
        top="add_library(a a.c)\nset(CMAKE_C_COMPILER_LAUNCHER ccache)\nadd_library(b b.c)\n"
        "add_library(headers INTERFACE)\nadd_subdirectory(sub)",
        sub="add_library(c a.c)",
    )
    cmake_dir = small._sample.installation.says("--cmake-dir")
    small.configure(f"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={cmake_dir}/LLMOptInject.cmake")
    both = ["llmopt", "ccache"]
    assert small.launchers() == {"a.c": ["llmopt"], "b.c": both, "sub/a.c": both}


@pytest.mark.parametrize("way", ["package", "injected", "variable"])
def test_other_languages_stay_untouched(sample: Sample, small: Small, way: str) -> None:
    small.languages = "C CXX ASM"
    small.write(top=(ENABLE if way == "package" else "") + "add_library(mixed a.c b.cpp c.S)")
    (small.root / "b.cpp").write_text("int b() { return 1; }\n")
    (small.root / "c.S").write_text('.section .note.GNU-stack,"",@progbits\n')
    cmake_dir = sample.installation.says("--cmake-dir")
    words = {
        "package": (),
        "injected": (f"-DCMAKE_PROJECT_TOP_LEVEL_INCLUDES={cmake_dir}/LLMOptInject.cmake",),
        "variable": (LAUNCHER,),
    }
    small.configure(*words[way])
    done = sample.run("ninja", "-C", small.build, "-t", "commands")
    through = {
        line.split()[-1].rpartition("/")[2]: "llmopt" in Path(line.split()[0]).name
        for line in done.stdout.splitlines()
        if " -c " in line
    }
    assert through == {"a.c": True, "b.cpp": False, "c.S": False}


# Finding it


def version_of(small: Small, wanted: str) -> str:
    small.languages = "NONE"
    small.write(
        top=f"find_package(LLMOpt {wanted})\n"
        'message(STATUS "found=${LLMOpt_FOUND} version=${LLMOpt_VERSION}.")'
    )
    return small.configure()


@pytest.mark.parametrize("wanted", ["", "0.1", "0.0.9"])
def test_the_package_has_the_version_of_the_wheel(small: Small, wheel: Path, wanted: str) -> None:
    assert f"found=1 version={wheel.name.split('-')[1]}." in version_of(small, wanted)


@pytest.mark.parametrize("wanted", ["99", "0.99"])
def test_another_version_is_refused(small: Small, wheel: Path, wanted: str) -> None:
    said = version_of(small, wanted)
    assert "found=0" in said
    assert f"LLMOptConfig.cmake, version: {wheel.name.split('-')[1]}" in said


def test_the_package_works_from_the_directory_that_cmake_dir_names_without_path(
    small: Small,
) -> None:
    installation = small._sample.installation
    small.variables = {"PATH": "/usr/bin:/bin"}
    small.write(top=f"{ENABLE}add_library(a a.c)\nmessage(STATUS ${{LLMOpt_EXECUTABLE}})")
    said = small.configure(f"-DCMAKE_PREFIX_PATH={installation.says('--cmake-dir')}")
    assert str(installation.launcher) in said
    assert small.launchers() == {"a.c": ["llmopt"]}


def test_cmake_alone_installs_a_prefix_that_works(small: Small, tmp_path: Path) -> None:
    """As a distribution would, without pip."""
    prefix, build = tmp_path / "prefix", tmp_path / "llmopt"
    for words in (
        ("cmake", "-S", REPOSITORY, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug"),
        ("cmake", "--build", build),
        ("cmake", "--install", build, "--prefix", prefix),
    ):
        small._sample.run(*words)
    assert (prefix / "share" / "llmopt" / "meson" / "llmopt-native.ini").is_file()
    small.variables = {"PATH": f"{prefix / 'bin'}:/usr/bin:/bin"}
    small.write(top=f"{ENABLE}add_library(a a.c)\nmessage(STATUS ${{LLMOpt_EXECUTABLE}})")
    assert f"{prefix / 'bin' / 'llmopt'}" in small.configure()
    assert small.launchers() == {"a.c": ["llmopt"]}


def test_without_the_program_the_package_is_not_found_however_often_it_is_asked_for(
    small: Small, tmp_path: Path
) -> None:
    shutil.copytree(small._sample.installation.says("--cmake-dir"), tmp_path / "alone")
    small.variables = {"PATH": "/usr/bin:/bin"}
    ask = 'find_package(LLMOpt)\nmessage(STATUS "found=${LLMOpt_FOUND}.")\n'
    small.write(
        top=f"{ask}{ask}add_subdirectory(sub)\nllmopt_enable()\nadd_library(a a.c)", sub=ask
    )
    said = small.configure(f"-DLLMOpt_DIR={tmp_path / 'alone'}")
    assert said.count("found=0.") == 3
    assert "the program llmopt is neither beside the package nor on PATH" in said
    assert small.launchers() == {"a.c": []}


def test_a_program_that_is_gone_is_looked_for_anew(small: Small, tmp_path: Path) -> None:
    """As after a build that pip isolated: its environment is deleted."""
    gone = tmp_path / "gone" / "llmopt"
    gone.parent.mkdir()
    gone.symlink_to(small._sample.installation.launcher)
    small.write(top=f"{ENABLE}add_library(a a.c)\nmessage(STATUS ${{LLMOpt_EXECUTABLE}})")
    assert str(gone) in small.configure(f"-DLLMOpt_EXECUTABLE={gone}")
    gone.unlink()
    assert str(small._sample.installation.launcher) in small.configure()


def test_a_cross_toolchain_does_not_hide_the_launcher(small: Small, tmp_path: Path) -> None:
    """Programs in the target's root are not for this machine."""
    need("x86_64-linux-gnu-gcc")
    cmake_dir = small._sample.installation.says("--cmake-dir")
    (tmp_path / "root").mkdir()
    (tmp_path / "toolchain.cmake").write_text(
        "set(CMAKE_SYSTEM_NAME Linux)\nset(CMAKE_SYSTEM_PROCESSOR x86_64)\n"
        f"set(CMAKE_C_COMPILER {shutil.which('x86_64-linux-gnu-gcc')})\n"
        f"set(CMAKE_FIND_ROOT_PATH {tmp_path / 'root'})\n"
        "set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM ONLY)\n"
    )
    small.write(top=f"{ENABLE}add_library(a a.c)")
    small.configure(
        f"-DCMAKE_TOOLCHAIN_FILE={tmp_path / 'toolchain.cmake'}",
        f"-DCMAKE_MAKE_PROGRAM={shutil.which('ninja')}",
        f"-DLLMOpt_DIR={cmake_dir}",
    )
    done = small._sample.run("ninja", "-C", small.build, "-t", "commands")
    assert "/llmopt /usr/bin/x86_64-linux-gnu-gcc " in done.stdout


def test_a_project_of_old_policies_can_use_the_package(small: Small) -> None:
    small.write(top=f"{ENABLE}add_library(a a.c)")
    path = small.root / "CMakeLists.txt"
    path.write_text(path.read_text().replace("VERSION 3.15", "VERSION 2.8.12"))
    (small.root / "llmopt.yaml").touch()
    said = small.configure()
    assert said.count("Warning") == said.count("Compatibility with CMake < 2.8.12")
    assert small.launchers() == {"a.c": ["llmopt"]}
    assert "llmopt-optimize" in small.targets()


# Targets for verbs

PLAIN = {f"llmopt-{verb}" for verb in VERBS}
OF_SUB = {f"llmopt-{verb}-sub" for verb in VERBS}
ROOTS = {
    "the top level": (["."], "find_package(LLMOpt)", "", {"llmopt-report": "."}, PLAIN),
    "above the top level": ([".."], "find_package(LLMOpt)", "", {"llmopt-report": ".."}, PLAIN),
    "a subproject alone": (["sub"], "", "find_package(LLMOpt)", {"llmopt-report": "sub"}, PLAIN),
    "a subproject, asked by the top level": (["sub"], "find_package(LLMOpt)", "", {}, set()),
    "both, asked by the subproject": (
        [".", "sub"],
        "",
        "find_package(LLMOpt)",
        {"llmopt-report": ".", "llmopt-report-sub": "sub"},
        PLAIN | OF_SUB,
    ),
    "both, asked by both": (
        [".", "sub"],
        "find_package(LLMOpt)",
        "find_package(LLMOpt)",
        {"llmopt-optimize": ".", "llmopt-optimize-sub": "sub"},
        PLAIN | OF_SUB,
    ),
    "none": ([], "find_package(LLMOpt)", "find_package(LLMOpt)", {}, set()),
}


@pytest.mark.parametrize("case", ROOTS)
def test_targets_are_of_the_project_whose_llmopt_yaml_is_nearest(small: Small, case: str) -> None:
    roots, top, sub, run, expected = ROOTS[case]
    small.languages = "NONE"
    small.write(top=f"{top}\nadd_subdirectory(sub)", sub=sub)
    for root in roots:
        (small.root / root / "llmopt.yaml").touch()
    small.configure()
    assert small.targets() == expected
    for target, directory in run.items():
        where = str((small.root / directory).resolve())
        verb = target.split("-")[1]
        assert small.run_target(target)[:2] == [where, [verb, "--project", where]]


def test_the_options_of_make_are_not_those_of_the_builds_that_a_verb_makes(small: Small) -> None:
    need("make")
    small.languages = "NONE"
    small.write(top="find_package(LLMOpt)")
    (small.root / "llmopt.yaml").touch()
    small.configure(generator="Unix Makefiles")
    called = small.run_target("llmopt-profile", MAKEFLAGS="-j2 VERBOSE=1")
    assert called[2] == ["", ""]


# As a part of another build


@pytest.fixture
def vendored(sample: Sample) -> Path:
    """The sources of llmopt, inside of the sample."""
    copy = sample.root / "third" / "llmopt"
    for name in ("CMakeLists.txt", "pyproject.toml", "cmake", "llmopt"):
        source = REPOSITORY / name
        copy.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, copy / name)
    return copy


VENDORED = {
    "add_subdirectory": "add_subdirectory(third/llmopt)\n",
    "FetchContent-SOURCE_DIR": "include(FetchContent)\n"
    "FetchContent_Declare(LLMOpt SOURCE_DIR ${PROJECT_SOURCE_DIR}/third/llmopt\n"
    "  OVERRIDE_FIND_PACKAGE)\nfind_package(LLMOpt REQUIRED)\n",
}


@pytest.mark.parametrize("name", VENDORED)
def test_llmopt_is_part_of_a_build_by(
    sample: Sample, checker: Checker, vendored: Path, name: str
) -> None:
    """Its launcher and its Python half are those of the sources: none is installed."""
    plain = checker.plain(sample, way())
    python = sample.installation.python
    alone = sample.root.parent / "tools"
    alone.mkdir(exist_ok=True)
    (alone / "python3").write_text(f"#!/bin/sh\nexec '{python}' \"$@\"\n")
    (alone / "python3").chmod(0o755)
    sample.environment["PATH"] = f"{alone}:/usr/bin:/bin"
    sample.insert("before the targets", f"{VENDORED[name]}llmopt_enable()")
    sample.insert("in the subproject", "find_package(LLMOpt 0.1 REQUIRED)", "sub/CMakeLists.txt")
    sample.run(*way().configure)
    sample.run(*BUILD)
    made = sample.outputs()
    assert {name: made[name] for name in plain} == plain
    assert not (sample.root / ".llmopt").exists()
    if name == "add_subdirectory":
        sample.make_hot(["src/hot.c", "sub/second.c"])
        sample.clean()
        sample.run(*BUILD)
        # The Python half ran: this index has no recipes.
        assert {line["source"] for line in sample.log()} == {"src/hot.c", "sub/second.c"}
        assert {line["reason"] for line in sample.log()} == {"no recipe applies"}
    else:
        checker.check_identity(sample, BUILD, plain, C_SOURCES)
