"""What a user's build makes of the recipe, under each build tool."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.conftest import need

from .support import Build, Project, note, without_python_half

TOOLS = ("Ninja", "Unix Makefiles", "Meson", "make")


@pytest.fixture(params=TOOLS)
def tool(request) -> str:
    need({"Ninja": "ninja", "Meson": "meson"}.get(request.param, "make"))
    return str(request.param)


def test_a_build_swaps_the_hot_object_and_no_other(project: Project, tmp_path, tool):
    plain = Build(project, tmp_path / "plain", tool, launched=False).configure()
    plain.build()
    mine = Build(project, tmp_path / "mine", tool).configure()
    mine.build()
    assert [(e["source"], e["action"], e["reason"]) for e in project.log] == [
        ("src/hot.c", "swapped", "resolved during the build")
    ]
    assert note(mine.object("hot")) == [project.recipe]
    assert note(plain.object("hot")) == []
    for cold in ("cold", "main"):
        assert mine.object(cold) == plain.object(cold)
    for arguments in (("400", "1"), ("37", "2"), ("1",), ("0",)):
        assert mine.answer(*arguments) == plain.answer(*arguments)
    swapped = mine.object("hot")

    # Nothing has changed: the launcher alone knows the object, there is no Python half to ask.
    mine.clean()
    assert not mine.path("hot").exists()
    mine.build(**without_python_half(tmp_path))
    assert project.log[-1]["reason"] == "verified manifest"
    assert mine.object("hot") == swapped


def test_a_swapped_object_is_up_to_date_for_the_build_tool(project: Project, tmp_path):
    mine = Build(project, tmp_path / "mine", "Ninja").configure()
    mine.build()
    assert "no work to do" in mine.build().stdout
    assert len(project.log) == 1


def test_llmopt_disable_leaves_everything_to_the_compiler(project: Project, tmp_path):
    mine = Build(project, tmp_path / "mine", "Ninja").configure()
    mine.build(LLMOPT_DISABLE="1")
    plain = Build(project, tmp_path / "plain", "Ninja", launched=False).configure()
    plain.build()
    for name in ("hot", "cold", "main"):
        assert mine.object(name) == plain.object(name)
    assert project.log == []


def test_without_the_launcher_a_build_is_the_compilers_own(project: Project, tmp_path):
    mine = Build(project, tmp_path / "mine", "Ninja").configure()
    mine.build()
    assert note(mine.object("hot"))
    mine.project.run("cmake", "-DCMAKE_C_COMPILER_LAUNCHER=", mine.directory)
    mine.build()
    assert mine.object("hot") == project.compile(launched=False)
    assert mine.answer() == project.plain_answer()


def test_without_the_python_half_a_build_is_the_compilers_own(project: Project, tmp_path):
    mine = Build(project, tmp_path / "mine", "make")
    mine.build(**without_python_half(tmp_path))
    assert mine.object("hot") == project.compile(launched=False)
    assert project.log[0]["reason"] == "no resolver"


# CMake and Meson in other ways


def test_cmakes_package_enables_llmopt_for_all_targets(project: Project, tmp_path):
    directory = project.run("llmopt", "--cmake-dir").stdout.strip()
    mine = Build(project, tmp_path / "mine", "Ninja", launched=False)
    mine.configure(f"-DLLMOpt_DIR={directory}", "-DSAMPLE_LLMOPT=ON")
    mine.build()
    assert note(mine.object("hot")) == [project.recipe]
    report = project.run("cmake", "--build", mine.directory, "--target", "llmopt-report").stdout
    assert project.recipe[:12] in report
    targets = project.run("ninja", "-C", mine.directory, "-t", "targets").stdout
    assert {"llmopt-profile", "llmopt-optimize", "llmopt-report"} <= {
        line.partition(":")[0] for line in targets.splitlines()
    }


def test_cmakes_package_is_found_below_a_prefix_and_enables_named_targets(project, tmp_path):
    directory = project.run("llmopt", "--cmake-dir").stdout.strip()
    mine = Build(project, tmp_path / "mine", "Ninja", launched=False)
    mine.configure(f"-DCMAKE_PREFIX_PATH={directory}", "-DSAMPLE_LLMOPT_TARGETS=sample")
    mine.build()
    assert note(mine.object("hot")) == [project.recipe]


def test_cmakes_package_that_is_not_enabled_changes_nothing(project: Project, tmp_path):
    directory = project.run("llmopt", "--cmake-dir").stdout.strip()
    mine = Build(project, tmp_path / "mine", "Ninja", launched=False)
    mine.configure(f"-DLLMOpt_DIR={directory}")
    mine.build()
    assert mine.object("hot") == project.compile(launched=False)


def test_mesons_native_file_calls_the_compiler_through_llmopt(project: Project, tmp_path):
    need("meson")
    # `cc` may be any compiler: here it is the one of the recipe.
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "cc").symlink_to(str(shutil.which("clang-19")))
    changes = {"PATH": f"{programs}:{os.environ['PATH']}"}
    native = project.run("llmopt", "--meson-native").stdout.strip()
    directory = tmp_path / "mine"
    project.run("meson", "setup", directory, "--native-file", native, changes=changes)
    mine = Build(project, directory, "Meson")
    mine.build(**changes)
    assert project.log[-1]["action"] == "swapped", project.log
    assert note(mine.object("hot")) == [project.recipe]
    assert mine.answer() == project.plain_answer()
