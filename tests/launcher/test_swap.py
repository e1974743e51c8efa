"""Compile, then swap: whose object lies there in the end, and how it got there."""

from __future__ import annotations

import json
import os
import stat
import time

import pytest

from .formats import FileRecord
from .support import COMPILED, RECIPE, SOURCE, Project, ends, tree

NOBODY = 65534
SLOW_CC = 'touch compiling; sleep 0.3; exec "$(dirname "$0")/cc" "$@"'


def with_resolver(project: Project, before: str = "", *, words: list[str] | None = None) -> None:
    """The unit has no manifest; the resolver puts one there, after `before`."""
    project.make_hot()
    prepared = project.root / "prepared"
    project.write(prepared, project.manifest())
    project.resolver(
        f'echo "$@" > called; {before or ":"}; cp -p prepared {project.manifest_path(words)}'
    )


def last_line(project: Project) -> dict[str, object]:
    line: dict[str, object] = json.loads(project.log()[-1])
    return line


# The object


def test_an_object_with_another_function_is_linked(project: Project) -> None:
    """With real compilers: the program that is linked runs the recipe's code."""
    better = project.root / "better.c"
    better.write_text(SOURCE.replace("1", "2"))
    main = project.root / "main.c"
    main.write_text("int answer(void); int main(void) { return answer(); }\n")
    project.make_hot()
    for compiler in ("gcc", "clang-19"):
        words = project.words(compiler)
        project.run(compiler, "-O2", "-c", better, "-o", "better.o")
        project.put_manifest(words, built=(project.root / "better.o").read_bytes())
        assert project.launch(*words).returncode == 0
        assert project.run(compiler, main, "a.o", "-o", "program").returncode == 0
        assert project.run("./program").returncode == 2


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_mode_is_that_of_the_compiler_s_object(hot: Project, mask: int) -> None:
    hot.compile(umask=mask)
    assert hot.swapped()
    assert stat.S_IMODE(hot.output.stat().st_mode) == 0o666 & ~mask


def test_nothing_else_is_left_behind(hot: Project) -> None:
    before = set(tree(hot.root))
    hot.compile()
    assert set(tree(hot.root)) - before == {"a.o"}


def test_other_links_to_the_old_object_keep_it(hot: Project) -> None:
    """gcc makes a new file: so do we."""
    words = hot.words("gcc")
    hot.put_manifest(words)
    old = hot.root / "old.o"
    old.write_bytes(b"old")
    hot.output.hardlink_to(old)
    assert hot.launch(*words).returncode == 0
    assert hot.output.read_bytes() == RECIPE
    assert old.read_bytes() == b"old"


def test_an_output_that_the_compiler_leaves_linked_is_left_to_it(hot: Project) -> None:
    """As one that writes into the old file; a new one would be another to its other names."""
    other = hot.root / "other.o"
    other.write_bytes(b"old")
    hot.output.hardlink_to(other)
    hot.compile()
    assert not hot.swapped()
    assert other.samefile(hot.output)


def test_the_object_is_copied_and_not_linked(hot: Project) -> None:
    hot.compile()
    assert not hot.output.samefile(hot.object_path())
    assert hot.object_path().stat().st_nlink == 1


def test_the_output_without_o_lies_in_the_working_directory(project: Project) -> None:
    words = ["gcc", "-O2", "-c", "src/a.c"]
    project.make_hot()
    project.put_manifest(words)
    assert project.launch(*words).returncode == 0
    assert project.swapped()


@pytest.mark.parametrize("content", [b"the recipe's objecT\n", b"", RECIPE + b"x"])
def test_a_damaged_object_is_not_used(hot: Project, content: bytes) -> None:
    hot.write(hot.object_path(), content)
    hot.compile()
    assert not hot.swapped()
    assert last_line(hot)["reason"] == "object damaged"


def test_a_missing_object_is_not_used(hot: Project) -> None:
    hot.object_path().unlink()
    hot.compile()
    assert not hot.swapped()
    assert last_line(hot)["reason"] == "object missing"


def test_an_empty_object_is_an_object(project: Project) -> None:
    project.make_hot()
    project.put_manifest(built=b"")
    project.compile()
    assert project.output.read_bytes() == b""


# The output


def test_a_symbolic_link_is_left_to_the_compiler(hot: Project) -> None:
    target = hot.root / "target.o"
    target.touch()
    hot.output.symlink_to(target)
    hot.compile()
    assert hot.output.is_symlink()
    assert target.read_bytes() == COMPILED
    assert last_line(hot)["reason"] == "output is not a regular file"


def test_a_link_that_the_compiler_replaces_is_left_to_it(project: Project) -> None:
    project.script("x-replacing-cc", 'rm a.o; exec cc "$@"')
    words = project.words("x-replacing-cc")
    project.make_hot()
    project.put_manifest(words)
    project.output.symlink_to("elsewhere.o")
    assert project.launch(*words).returncode == 0
    assert not project.swapped()


def test_a_link_that_the_compiler_makes_is_left_alone(project: Project) -> None:
    project.script("x-linking-cc", "echo object > real.o; ln -sf real.o a.o")
    words = project.words("x-linking-cc")
    project.make_hot()
    project.put_manifest(words)
    assert project.launch(*words).returncode == 0
    assert project.output.is_symlink()
    assert project.output.read_bytes() == b"object\n"


def test_a_compiler_that_writes_no_object_is_left_alone(project: Project) -> None:
    project.script("x-idle-cc", "exit 0")
    words = project.words("x-idle-cc")
    project.make_hot()
    project.put_manifest(words)
    assert project.launch(*words).returncode == 0
    assert not project.output.exists()


def test_a_directory_that_is_read_only_keeps_the_compiler_s_object(hot: Project) -> None:
    hot.output.touch()
    hot.output.chmod(0o666)
    hot.root.chmod(0o555)
    options = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    hot.compile(**options)
    assert not hot.swapped()
    hot.root.chmod(0o755)


def test_a_log_that_cannot_be_written_is_no_matter(hot: Project) -> None:
    (hot.state / "launcher.log").mkdir()
    hot.compile()
    assert hot.swapped()


# Compiles that fail


def test_a_failed_compile_is_left_as_it_is(hot: Project) -> None:
    hot.output.write_bytes(b"older\n")
    hot.script("x-failing-cc", "echo said; echo complained >&2; exit 3")
    words = hot.words("x-failing-cc")
    hot.put_manifest(words)
    result = hot.launch(*words)
    assert (result.returncode, result.stdout, result.stderr) == (3, b"said\n", b"complained\n")
    assert hot.output.read_bytes() == b"older\n"
    assert last_line(hot)["reason"] == "compile failed"


def test_a_real_error_reads_as_without_us(hot: Project) -> None:
    hot.source.write_text("int answer(void) { return }\n")
    for compiler in ("gcc", "clang-19"):
        words = hot.words(compiler)
        hot.put_manifest(words)
        with_us, without = hot.launch(*words), hot.run(*words)
        assert with_us.returncode == without.returncode == 1
        assert with_us.stderr == without.stderr != b""


def test_a_failed_compile_ends_the_resolver_and_its_children(project: Project) -> None:
    project.make_hot()
    project.resolver("sleep 60 & echo $! $$ > pids; wait")
    project.script("x-failing-cc", "while ! [ -s pids ]; do sleep 0.01; done; exit 3")
    assert project.launch(*project.words("x-failing-cc")).returncode == 3
    for pid in (project.root / "pids").read_text().split():
        assert ends(int(pid))


# The resolver


def test_a_missing_manifest_is_resolved_during_the_build(project: Project) -> None:
    with_resolver(project)
    project.compile()
    assert project.swapped()
    words = " ".join(project.words())
    assert (project.root / "called").read_text() == f"resolve {project.root} -- {words}\n"
    assert last_line(project)["reason"] == "resolved during the build"


def test_a_stale_manifest_is_resolved_during_the_build(project: Project) -> None:
    project.put_manifest(generation=5)
    with_resolver(project)
    project.compile()
    assert project.swapped()


def test_the_resolver_runs_beside_the_compiler(project: Project) -> None:
    """Each waits for the other: one after the other would never end."""
    words = project.words("x-waiting-cc")
    project.script(
        "x-waiting-cc", 'while ! [ -e called ]; do sleep 0.01; done; touch seen; exec cc "$@"'
    )
    with_resolver(project, "while ! [ -e seen ]; do sleep 0.01; done", words=words)
    assert project.launch(*words).returncode == 0
    assert project.swapped()


def test_the_resolver_is_quiet_alone_and_does_not_recurse(project: Project) -> None:
    """Its own compiles go through the launcher as well, where it is set up as a masquerade."""
    with_resolver(
        project,
        'echo noise; echo noise >&2; echo "$LLMOPT_DISABLE" > disable; '
        "ps -o pgid= -p $$ > group; echo $$ >> group; "
        f"{project.launcher} {' '.join(project.words())}",
    )
    project.environment["LLMOPT_DISABLE"] = "0"
    project.compile()
    assert project.swapped()
    assert (project.root / "disable").read_text() == "1\n"
    group, pid = (project.root / "group").read_text().split()
    assert group == pid


def test_the_resolver_gets_the_name_of_the_manifest(project: Project) -> None:
    """A shell between us and Python would change PWD, which is part of the digest."""
    project.environment |= {"PWD": "/elsewhere", "PYTHONCOERCECLOCALE": "warn"}
    analysis = project.launch("--analyse", *project.words()).stdout.decode().strip()
    with_resolver(project, "env | grep -E '^(LLMOPT|PYTHON)' | sort > environment")
    project.compile()
    assert project.swapped()
    assert (project.root / "environment").read_text().splitlines() == [
        f"LLMOPT_ANALYSIS={analysis}",
        f"LLMOPT_COMMAND={project.digest()}",
        "LLMOPT_DISABLE=1",
        "PYTHONCOERCECLOCALE=0",
    ]


def test_the_resolver_holds_nothing_open(project: Project) -> None:
    """It may outlive the build: no lock of somebody else, no pipe that is read to its end."""
    with_resolver(project, "readlink /proc/$$/fd/* > open")
    words = " ".join(project.words())
    project.run("sh", "-c", f"exec {project.launcher} {words} 7>>lock 9>>lock")
    links = (project.root / "open").read_text().split()
    assert project.swapped()
    assert {link for link in links if "lock" in link} == set()


def test_a_resolver_that_fails_is_no_matter(project: Project) -> None:
    project.make_hot()
    project.resolver("exit 1")
    project.compile()
    assert not project.swapped()
    assert last_line(project)["reason"] == "not resolved"


def test_without_the_python_half_the_object_is_the_compiler_s(project: Project) -> None:
    project.make_hot()
    project.compile()
    assert not project.swapped()
    assert last_line(project)["reason"] == "no resolver"


def test_a_slow_resolver_is_left_to_run(project: Project) -> None:
    with_resolver(project, "sleep 1")
    project.make_hot(wait_ms=100)
    start = time.monotonic()
    project.compile()
    assert time.monotonic() - start < 0.9
    assert not project.swapped()
    assert last_line(project)["reason"] == "resolver still running"
    time.sleep(1.3)
    project.compile()
    assert project.swapped()


def test_the_index_may_be_made_anew_meanwhile(project: Project) -> None:
    with_resolver(project, "cp -p index .llmopt/index")
    project.make_hot(generation=2)
    (project.state / "index").rename(project.root / "index")
    project.make_hot(generation=1)
    project.write(project.root / "prepared", project.manifest(generation=2))
    project.compile()
    assert project.swapped()


# Edits during the compile


def test_an_edit_during_the_compile_keeps_the_compiler_s_object(project: Project) -> None:
    project.script("x-editing-cc", 'echo "int other;" >> src/a.c; exec cc "$@"')
    words = project.words("x-editing-cc")
    project.make_hot()
    project.put_manifest(words)
    assert project.launch(*words).returncode == 0
    assert not project.swapped()
    assert last_line(project)["reason"] == "changed during the compile"


def test_a_manifest_for_an_edit_during_the_compile_is_not_used(project: Project) -> None:
    """It fits what the file holds now, and not what the compiler has read."""
    project.script("x-editing-cc", 'cp src/a.c read.c; cp new.c src/a.c; exec cc "$@"')
    words = project.words("x-editing-cc")
    (project.root / "new.c").write_text(SOURCE.replace("1", "3"))
    old = project.source.read_text()
    project.source.write_text(SOURCE.replace("1", "3"))
    project.put_manifest(words)
    project.source.write_text(old)
    project.make_hot()
    assert project.launch(*words).returncode == 0
    assert not project.swapped()


def test_a_header_edited_during_the_compile_keeps_the_compiler_s_object(project: Project) -> None:
    header = project.root / "a.h"
    header.touch()
    project.script("x-editing-cc", 'echo "int other;" >> a.h; exec cc "$@"')
    words = project.words("x-editing-cc")
    project.make_hot()
    project.put_manifest(words, records=[FileRecord.of(project.source), FileRecord.of(header)])
    assert project.launch(*words).returncode == 0
    assert not project.swapped()


# The log


def test_the_log_tells_what_was_done(hot: Project) -> None:
    hot.compile()
    line = last_line(hot)
    assert abs(float(str(line.pop("time"))) - time.time()) < 60
    milliseconds = int(str(line.pop("ms")))
    assert 0 <= int(str(line.pop("compile"))) <= milliseconds < 10000
    assert line.pop("parent") == os.getpid()
    assert line == {
        "source": "src/a.c",
        "output": "a.o",
        "cwd": str(hot.root),
        "action": "swapped",
        "reason": "verified manifest",
        "object": hot.object_path().name,
        "manifest": hot.digest(),
    }


def test_a_long_log_is_laid_aside(hot: Project) -> None:
    long = b"x" * (1 << 20) + b"\n"
    log = hot.state / "launcher.log"
    log.write_bytes(long)
    hot.compile()
    aside = hot.state / "launcher.log.1"
    assert aside.read_bytes().startswith(long)
    assert len(aside.read_bytes().splitlines()) == 2
    assert not log.exists()
    hot.compile()
    hot.compile()
    assert len(hot.log()) == 2


@pytest.mark.parametrize("kind", ["hard link", "symbolic link", "directory"])
def test_a_log_that_is_another_file_is_not_written(hot: Project, kind: str) -> None:
    """Where others may write, they could have put a link to any file of ours there."""
    precious = hot.root / "precious"
    precious.write_text("precious")
    log = hot.state / "launcher.log"
    if kind == "hard link":
        log.hardlink_to(precious)
    elif kind == "symbolic link":
        log.symlink_to(precious)
    else:
        log.mkdir()
    hot.compile()
    assert hot.swapped()
    assert precious.read_text() == "precious"
