"""Direct hits: what the compile would leave behind, without the compiler; or else the compiler."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
from pathlib import Path

import pytest

from .formats import FileRecord
from .support import COMPILED, RECIPE, Project, tree
from .test_swap import NOBODY, last_line

DEPENDENCIES = b"a.o: src/a.c src/a.h\n"
SAID = b"src/a.c:1: warning: odd\n"
PLAIN = ["cc", "-O2", "-Wall", "-MD", "-MF", "a.d", "-c", "src/a.c", "-o", "a.o"]


@pytest.fixture
def direct(project: Project) -> Project:
    """A project whose unit has a complete manifest; its compiler leaves a file where it runs."""
    project.make_hot()
    (project.bin / "cc").rename(project.bin / "real-cc")
    project.script("cc", f'touch {project.root}/ran; exec "$(dirname "$0")/real-cc" "$@"')
    complete(project)
    return project


def complete(
    project: Project,
    words: list[str] | None = None,
    *,
    dependencies: bytes | None = DEPENDENCIES,
    said: bytes = SAID,
    environment: dict[str, str] | None = None,
) -> None:
    """A complete manifest for a command."""
    project.environment |= environment or {}
    project.put_manifest(
        words or PLAIN, records=[FileRecord.of(project.source)], left=(dependencies, said)
    )


def ran(project: Project) -> bool:
    """Did the compiler run? Forgets that it did."""
    mark = project.root / "ran"
    found = mark.exists()
    mark.unlink(missing_ok=True)
    return found


def test_all_outputs_come_from_the_cache(direct: Project) -> None:
    done = direct.launch(*PLAIN)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", SAID)
    assert direct.output.read_bytes() == RECIPE
    assert (direct.root / "a.d").read_bytes() == DEPENDENCIES
    assert not ran(direct)
    line = last_line(direct)
    assert (line["action"], line["reason"]) == ("direct", "verified manifest")
    assert line["compile"] == 0
    assert line["object"] == direct.object_path().name


def test_nothing_else_is_left_behind(direct: Project) -> None:
    before = set(tree(direct.root))
    direct.launch(*PLAIN)
    assert set(tree(direct.root)) - before == {"a.o", "a.d"}


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_new_files_have_the_modes_that_a_compiler_s_have(direct: Project, mask: int) -> None:
    direct.launch(*PLAIN, umask=mask)
    assert not ran(direct)
    for name in ("a.o", "a.d"):
        assert stat.S_IMODE((direct.root / name).stat().st_mode) == 0o666 & ~mask


def test_an_old_object_is_made_anew_and_an_old_dependency_file_keeps_its_mode(
    direct: Project,
) -> None:
    """As gcc and clang do it."""
    for name in ("a.o", "a.d"):
        (direct.root / name).touch()
        (direct.root / name).chmod(0o640)
    direct.launch(*PLAIN, umask=0o022)
    assert not ran(direct)
    modes = [stat.S_IMODE((direct.root / name).stat().st_mode) for name in ("a.o", "a.d")]
    assert modes == [0o666 & ~0o022, 0o640]


@pytest.mark.parametrize(
    "words",
    [
        ["-MD", "-MT", "x"],
        ["-MMD", "-MP", "-MQ", "x"],
        ["-MD", "-MF", "one", "-MF", "a.d"],
        ["-MD", "-MFa.d"],
        ["-MD"],
    ],
)
def test_dependency_files_as_they_are_asked_for(direct: Project, words: list[str]) -> None:
    command = ["cc", "-O2", *words, "-c", "src/a.c", "-o", "a.o"]
    complete(direct, command)
    assert direct.launch(*command).stderr == SAID
    assert not ran(direct)
    assert (direct.root / "a.d").read_bytes() == DEPENDENCIES


@pytest.mark.parametrize(
    "words",
    [
        ["-MG", "-MD"],
        ["-MF", "a.d"],
        ["-MD", "-MF", "-"],
        ["-MD", "-MF", "a.o"],
        ["-Wp,-MD,a.d"],
        ["-v"],
        ["-H"],
        ["-Q"],
        ["-B", "bin"],
    ],
)
@pytest.mark.parametrize("dependencies", [None, DEPENDENCIES])
def test_commands_that_do_more_are_compiled(
    direct: Project, words: list[str], dependencies: bytes | None
) -> None:
    command = ["cc", "-O2", *words, "-c", "src/a.c", "-o", "a.o"]
    complete(direct, command, dependencies=dependencies)
    assert direct.launch(*command).stderr == b""
    assert ran(direct)


def test_no_output_named_is_compiled(direct: Project) -> None:
    command = ["cc", "-O2", "-c", "src/a.c"]
    complete(direct, command, dependencies=None)
    direct.launch(*command)
    assert ran(direct)


@pytest.mark.parametrize("dependencies", [None, b""])
def test_a_manifest_of_another_shape_is_not_used(
    direct: Project, dependencies: bytes | None
) -> None:
    """Whether there is a dependency file is said by both; they have to agree."""
    command = PLAIN if dependencies is None else ["cc", "-O2", "-c", "src/a.c", "-o", "a.o"]
    complete(direct, command, dependencies=dependencies)
    direct.launch(*command)
    assert ran(direct)


@pytest.mark.parametrize("what", ["source", "object", "manifest", "absent"])
def test_what_has_changed_is_compiled(direct: Project, what: str) -> None:
    if what == "source":
        direct.source.write_text("int answer(void) { return 3; }\n")
    elif what == "object":
        direct.write(direct.object_path(), RECIPE[:-1] + b"!")
    elif what == "manifest":
        path = direct.manifest_path(PLAIN)
        direct.write(path, path.read_bytes()[:-1] + b"!")
    else:
        header = direct.root / "src" / "stdio.h"
        direct.put_manifest(
            PLAIN,
            records=[FileRecord.of(direct.source)],
            absents=[os.fsencode(header)],
            left=(DEPENDENCIES, SAID),
        )
        direct.launch(*PLAIN)
        assert not ran(direct)
        header.touch()
    done = direct.launch(*PLAIN)
    assert ran(direct)
    assert (done.returncode, done.stderr) == (0, b"")
    assert direct.output.read_bytes() == COMPILED


def test_the_same_content_with_new_stat_data_hits(direct: Project) -> None:
    """As in a fresh clone or another container."""
    direct.source.write_bytes(direct.source.read_bytes())
    os.utime(direct.source, ns=(1, 1))
    direct.launch(*PLAIN)
    assert not ran(direct)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANG", "C.UTF-8"),
        ("GCC_COLORS", "error=1"),
        ("LD_LIBRARY_PATH", "/elsewhere"),
        ("CPATH", "/elsewhere"),
    ],
)
def test_another_environment_is_another_command(direct: Project, name: str, value: str) -> None:
    direct.environment[name] = value
    direct.launch(*PLAIN)
    assert ran(direct)


def test_another_assembler_on_path_is_another_command(direct: Project) -> None:
    """gcc runs the `as` that PATH leads to; what else is on PATH is no matter."""
    direct.environment["PATH"] += ":/elsewhere"
    direct.launch(*PLAIN)
    assert not ran(direct)
    direct.script("as", 'exec /usr/bin/as "$@"')
    direct.launch(*PLAIN)
    assert ran(direct)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, kind) for name in ("a.o", "a.d") for kind in ("hard link", "link", "directory")),
        ("a.d", "pipe"),  # as an object the compiler would wait for its reader
    ],
)
def test_outputs_that_are_no_plain_files_are_the_compiler_s(
    direct: Project, name: str, kind: str
) -> None:
    path, other = direct.root / name, direct.root / "other"
    if kind == "hard link":
        other.write_text("other")
        path.hardlink_to(other)
    elif kind == "link":
        other.write_text("other")
        path.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    direct.launch(*PLAIN)
    assert ran(direct)


@pytest.mark.parametrize("name", ["a.o", "a.d"])
def test_outputs_that_may_not_be_written_are_the_compiler_s(direct: Project, name: str) -> None:
    path = direct.root / name
    path.touch()
    path.chmod(0o444)
    user = {}
    if os.geteuid() == 0:  # who may write everything
        for owned in (direct.root, path):
            os.chown(owned, NOBODY, NOBODY)
        user = {"user": NOBODY, "group": NOBODY}
    direct.launch(*PLAIN, **user)
    assert ran(direct)


@pytest.mark.parametrize("name", ["a.o", "a.d"])
def test_a_directory_that_is_missing_is_the_compiler_s_to_complain_of(
    direct: Project, name: str
) -> None:
    command = [word.replace(name, f"none/{name}") for word in PLAIN]
    complete(direct, command)
    done = direct.launch(*command)
    assert ran(direct)
    assert done.returncode == (1 if name == "a.o" else 0)
    assert not [path for path in tree(direct.root) if ".llmopt-" in path]


def on_terminal(direct: Project) -> bytes:
    """What the command says on a terminal."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [str(direct.launcher), *PLAIN],
        cwd=direct.root,
        env=direct.environment,
        stdin=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    said = b""
    try:
        while data := os.read(controller, 1000):
            said += data
    except OSError:
        pass  # its other end is closed
    os.close(controller)
    assert process.wait(30) == 0
    return said


def test_on_a_terminal_the_compiler_speaks_for_itself(direct: Project) -> None:
    assert on_terminal(direct) == b""
    assert ran(direct)
    complete(direct, said=b"")
    assert on_terminal(direct) == b""
    assert not ran(direct), "there is nothing to say"


def test_a_closed_stderr_is_the_compiler_s_to_deal_with(direct: Project) -> None:
    command = " ".join([str(direct.launcher), *PLAIN]) + " 2>&-"
    direct.run("/bin/sh", "-c", command)
    assert ran(direct)


def test_a_full_disk_is_the_compiler_s_to_complain_of(direct: Project) -> None:
    """With a limit on file sizes in the place of a disk."""
    big = RECIPE * 1000
    direct.put_manifest(
        PLAIN, built=big, records=[FileRecord.of(direct.source)], left=(DEPENDENCIES, b"")
    )
    command = " ".join([str(direct.launcher), *PLAIN])
    # 2048 bytes: the compiler's object fits, ours does not. SIGXFSZ is ignored, as on a full disk.
    done = direct.run("/bin/bash", "-c", f"trap '' XFSZ; ulimit -f 2; {command}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert ran(direct)
    assert direct.output.read_bytes() == COMPILED
    assert not [path for path in tree(direct.root) if ".llmopt-" in path]


@pytest.mark.parametrize("wrapper", ["ccache", "llmopt"])
def test_behind_another_launcher(direct: Project, wrapper: str) -> None:
    """`llmopt llmopt cc` is `llmopt cc`; another launcher has its own ways."""
    direct.script("ccache", 'exec "$@"')
    command = ["ccache", *PLAIN] if wrapper == "ccache" else PLAIN
    complete(direct, command)
    direct.launch(*([str(direct.launcher)] if wrapper == "llmopt" else []), *command)
    assert ran(direct) is (wrapper == "ccache")


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_a_response_file_is_its_words(project: Project, compiler: str) -> None:
    """Row `@file`: expanded to analyse; the compiler gets the original words."""
    (project.root / "words.rsp").write_text("-O2 -DNAME=\\\"a\\ b\\\" '-DOTHER=c d'\n\t-c\n")
    given = [compiler, "@words.rsp", "src/a.c", "-o", "a.o"]
    expanded = [compiler, "-O2", '-DNAME="a b"', "-DOTHER=c d", "-c", "src/a.c", "-o", "a.o"]
    project.make_hot()
    project.put_manifest(expanded)
    done = project.launch(*given)
    assert (done.returncode, done.stderr) == (0, b"")
    assert project.output.read_bytes() == RECIPE


@pytest.mark.parametrize(
    "content",
    [
        b"-O2 -c 'a",
        b'-O2 -c ""',
        b"-O2 -c \\",
        b"-O2\\\n-c",
        b'-O2 -c "\\""',
        b"-O2 -c @more.rsp",
        b"-O2\v-c",
        b"\xef\xbb\xbf-O2 -c",
        b"-O2 -c\0",
        None,
    ],
)
def test_response_files_that_compilers_read_differently_are_passed(
    project: Project, content: bytes | None
) -> None:
    project.make_hot()
    if content is not None:
        (project.root / "words.rsp").write_bytes(content)
    (project.root / "more.rsp").write_text("-DX")
    project.put_manifest(["cc", "-O2", "-c", "src/a.c", "-o", "a.o"])
    assert project.launch("cc", "@words.rsp", "src/a.c", "-o", "a.o").returncode == 0
    assert project.output.read_bytes() == COMPILED
    assert project.log() == []


def test_a_response_file_that_changes_meanwhile_keeps_the_compiler_s_object(
    project: Project,
) -> None:
    project.make_hot()
    (project.root / "words.rsp").write_text("-O2 -c")
    (project.bin / "cc").rename(project.bin / "real-cc")
    project.script("cc", 'echo " -DX" >> words.rsp; exec "$(dirname "$0")/real-cc" "$@"')
    project.put_manifest(["cc", "-O2", "-c", "src/a.c", "-o", "a.o"])
    assert project.launch("cc", "@words.rsp", "src/a.c", "-o", "a.o").returncode == 0
    assert project.output.read_bytes() == COMPILED


def test_a_missing_object_is_resolved(direct: Project) -> None:
    direct.resolver(f"cp -p {direct.root}/kept {direct.object_path()}")
    direct.write(direct.root / "kept", RECIPE)
    direct.object_path().unlink()
    direct.launch(*PLAIN)
    assert ran(direct)
    assert direct.output.read_bytes() == RECIPE
    assert last_line(direct)["reason"] == "resolved during the build"


def test_the_source_tree_may_be_read_only(direct: Project, tmp_path: Path) -> None:
    command = [*PLAIN[:-1], str(tmp_path / "a.o")]
    command[5] = str(tmp_path / "a.d")
    complete(direct, command)
    direct.source.chmod(0o444)
    direct.source.parent.chmod(0o555)
    direct.launch(*command)
    assert not ran(direct)
    assert (tmp_path / "a.o").read_bytes() == RECIPE
    direct.source.parent.chmod(0o755)
