"""example_project uses the package and the pattern that the documentation describes."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import need

from .support import REPOSITORY, VERBS, Sample

EXAMPLE = REPOSITORY / "example_project"
COUNT = len(list(EXAMPLE.glob("*/*.c")))


def launched(sample: Sample, build: Path) -> list[bool]:
    """For each C file, whether its command goes through llmopt."""
    lines = sample.run("ninja", "-C", build, "-t", "commands").stdout.splitlines()
    return [Path(line.split()[0]).name == "llmopt" for line in lines if " -c " in line]


def test_CMake_builds_it_through_llmopt_where_it_is_asked_to(  # noqa: N802
    sample: Sample, tmp_path: Path
) -> None:
    need("cmake", "ninja")
    for words, expected in (((), False), (("-DSIGKIT_LLMOPT=ON",), True)):
        build = tmp_path / f"build{expected}"
        sample.run("cmake", "-S", EXAMPLE, "-B", build, "-G", "Ninja", *words)
        assert launched(sample, build) == [expected] * COUNT
        said = sample.run("ninja", "-C", build, "-t", "targets", "all").stdout
        assert all(f"llmopt-{verb}: " in said for verb in VERBS)


def test_Meson_builds_it_through_llmopt_by_the_native_file(  # noqa: N802
    sample: Sample, tmp_path: Path
) -> None:
    need("meson", "ninja")
    build = tmp_path / "build"
    native = sample.installation.says("--meson-native")
    sample.run("meson", "setup", build, EXAMPLE, "--native-file", native)
    assert launched(sample, build) == [True] * COUNT
    said = sample.run("ninja", "-C", build, "-t", "targets", "all").stdout
    assert all(f"llmopt-{verb}: " in said for verb in VERBS)
