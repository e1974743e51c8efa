"""Never in the way: with the launcher, a command does what it does without it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need

from . import formats
from .support import Project, Result, tree

COMMANDS = {
    "compile": "{cc} -O2 -c src/a.c -o a.o",
    "no -o": "{cc} -O2 -c src/a.c",
    "warnings": "{cc} -O2 -Wall -Wextra -c src/warn.c -o w.o",
    "error": "{cc} -O2 -c src/error.c -o e.o",
    "dependencies": "{cc} -O2 -MD -MP -MF a.d -MT x -c src/a.c -o a.o",
    "debug": "{cc} -O2 -g -c src/a.c -o a.o",
    "link": "{cc} src/main.c src/a.c -o program",
    "preprocess": "{cc} -E src/a.c",
    "assembly": "{cc} -O2 -S src/a.c -o -",
    "verbose": "{cc} --version",
    "unknown option": "{cc} -O2 -fno-such-option -c src/a.c -o a.o",
    "no such file": "{cc} -O2 -c src/none.c -o a.o",
    "no input": "{cc}",
    "save-temps": "{cc} -O2 -save-temps -c src/a.c -o a.o",
    "response file": "{cc} @args",
    "output to nowhere": "{cc} -O2 -c src/a.c -o /dev/null",
    "output in no directory": "{cc} -O2 -c src/a.c -o none/a.o",
    "read-only object": "{cc} -O2 -c src/a.c -o old.o",
}


def prepare(project: Project) -> None:
    (project.root / "src/warn.c").write_text("int f(int x) { int unused; return 1; }\n")
    (project.root / "src/error.c").write_text("int f( { }\n")
    (project.root / "src/main.c").write_text("int answer(void); int main(void){return answer();}\n")
    (project.root / "args").write_text("-O2 -c src/a.c -o a.o\n")
    old = project.root / "old.o"
    old.write_text("old")
    old.chmod(0o444)


def observed(project: Project, result: Result) -> tuple[object, ...]:
    return result.returncode, result.stdout, result.stderr, tree(project.root)


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_does_what_it_does_without_us(project: Project, name: str, compiler: str) -> None:
    """Status, output, files and modes; cold, then hot and swapped for the compiler's own object."""
    words = COMMANDS[name].format(cc=compiler).split()
    saved = project.root.with_name("saved")
    prepare(project)
    shutil.copytree(project.root, saved)

    def again() -> None:
        shutil.rmtree(project.root)
        shutil.copytree(saved, project.root)

    without = observed(project, project.run(*words))
    built = next((project.root / o for o in ("a.o", "w.o", "old.o") if o in words), None)
    own_object = built.read_bytes() if built and built.exists() else None
    again()
    assert observed(project, project.launch(*words)) == without
    again()
    sources = [word for word in words if word.endswith(".c")]
    project.make_hot(*(sources or ["src/a.c"]))
    project.put_manifest(words, built=own_object)
    assert observed(project, project.launch(*words)) == without
    if name in ("compile", "warnings", "dependencies", "debug", "read-only object"):
        assert '"swapped"' in project.log()[-1]


def test_standard_input_is_the_compiler_s(project: Project) -> None:
    words = ["gcc", "-E", "-P", "-x", "c", "-"]
    result = project.launch(*words, input=b"int x = __LINE__;\n")
    assert (result.returncode, result.stdout) == (0, b"int x = 1;\n")


# Programs that cannot be run


def test_not_found_is_127(project: Project) -> None:
    for word in ("no-such-cc", "./no-such-cc", "/no/such/cc"):
        result = project.launch(word, "-c", "src/a.c")
        assert (result.returncode, result.stdout) == (127, b"")
        assert word.encode() in result.stderr


def test_not_executable_is_126(project: Project) -> None:
    (project.bin / "x-plain-cc").write_text("no program")
    (project.bin / "damaged-cc").write_bytes(b"\x7fELF damaged")
    (project.bin / "damaged-cc").chmod(0o755)
    (project.bin / "x-interpreted-cc").write_text("#!/no/such/interpreter\n")
    (project.bin / "x-interpreted-cc").chmod(0o755)
    assert project.launch("x-plain-cc", "-c", "src/a.c").returncode == 126
    assert project.launch(project.bin, "-c", "src/a.c").returncode == 126
    for name in ("damaged-cc", "x-interpreted-cc"):
        words = [name, "-c", "src/a.c"]
        shell = project.run("sh", "-c", " ".join(words)).returncode
        assert project.launch(*words).returncode == shell


def test_a_script_without_an_interpreter_line_runs(project: Project) -> None:
    script = project.bin / "bare-cc"
    script.write_text('echo "$0" "$2"\n')
    script.chmod(0o755)
    assert project.launch("bare-cc", "-c", "a b").stdout == f"{script} a b\n".encode()


def test_a_long_command_arrives_whole(project: Project) -> None:
    """Nearly as long as the kernel allows, for a script, whose interpreter makes it longer."""
    project.script("x-long-cc", 'echo "$#"')
    words = ["x-long-cc", *["-DX=" + "x" * 100] * 9000]
    result = project.launch(*words)
    assert (result.returncode, result.stdout) == (0, b"9000\n")


def test_directories_of_path_are_searched_as_a_shell_does(project: Project) -> None:
    (project.bin / "cc").unlink()
    hidden = project.root / "hidden"
    hidden.mkdir()
    (hidden / "my-cc").write_text("not executable")
    project.script("my-cc", 'echo "$0"')
    project.environment["PATH"] = f"{hidden}:/no/such/directory:{project.bin}"
    assert project.launch("my-cc").stdout == f"{project.bin}/my-cc\n".encode()
    project.environment["PATH"] = ":/usr/bin"
    assert project.launch("my-cc", cwd=project.bin).stdout == b"./my-cc\n"


# Chains


def test_twice_is_once(hot_gcc: Project) -> None:
    words = hot_gcc.words("gcc")
    for prefix in (["llmopt"], ["llmopt", "llmopt"], [str(hot_gcc.launcher)]):
        hot_gcc.output.unlink(missing_ok=True)
        assert hot_gcc.launch(*prefix, *words).returncode == 0
        assert hot_gcc.swapped()


def test_under_ccache_we_pass(hot_gcc: Project) -> None:
    need("ccache")
    hot_gcc.environment |= {"CCACHE_DIR": str(hot_gcc.root / "cache"), "CCACHE_PREFIX": ""}
    result = hot_gcc.run("ccache", hot_gcc.launcher, *hot_gcc.words("gcc"))
    assert result.returncode == 0
    assert hot_gcc.output.read_bytes().startswith(b"\x7fELF")


def test_ccache_under_us_is_swapped(hot_gcc: Project) -> None:
    need("ccache")
    hot_gcc.environment["CCACHE_DIR"] = str(hot_gcc.root / "cache")
    words = ["ccache", *hot_gcc.words("gcc")]
    hot_gcc.put_manifest(words)
    for _ in range(2):
        assert hot_gcc.launch(*words).returncode == 0
        assert hot_gcc.swapped()


@pytest.fixture
def hot_gcc(project: Project) -> Project:
    """A project whose unit has a verified manifest for gcc."""
    project.make_hot()
    project.put_manifest(project.words("gcc"))
    return project


@pytest.mark.parametrize("compiler", ["gcc", "clang-19", "g++", "cc"])
def test_as_a_link_with_a_compiler_s_name(project: Project, compiler: str) -> None:
    """gcc looks for cc1 from where it was called: it has to be called by its own path."""
    need(compiler)
    links = project.root / "links"
    links.mkdir()
    (links / compiler).symlink_to(project.launcher)
    (project.bin / "cc").unlink()
    project.environment["PATH"] = f"{links}:/usr/bin:/bin"
    for word in (compiler, str(links / compiler), f"links/{compiler}"):
        result = project.run("sh", "-c", f"{word} -O2 -c src/a.c -o a.o")
        assert (result.returncode, result.stderr) == (0, b"")
        assert project.output.read_bytes().startswith(b"\x7fELF")
        project.output.unlink()


def test_a_link_with_a_compiler_s_name_swaps(project: Project) -> None:
    links = project.root / "links"
    links.mkdir()
    (links / "gcc").symlink_to(project.launcher)
    project.environment["PATH"] = f"{links}:/usr/bin:/bin"
    project.make_hot()
    project.put_manifest(project.words("/usr/bin/gcc"))
    assert project.run("sh", "-c", " ".join(project.words("gcc"))).returncode == 0
    assert project.swapped()


def test_two_launchers_do_not_call_each_other_for_ever(project: Project) -> None:
    for name in ("one", "two"):
        folder = project.root / name
        folder.mkdir()
        shutil.copy2(project.launcher, folder / "llmopt")
        (folder / "gcc").symlink_to("llmopt")
    project.environment["PATH"] = f"{project.root}/one:{project.root}/two:/usr/bin:/bin"
    assert project.run("sh", "-c", "gcc -O2 -c src/a.c -o a.o").returncode == 0
    assert project.output.exists()


# The environment


@pytest.mark.parametrize(
    ("name", "value", "swapped"),
    [
        ("LLMOPT_DISABLE", "1", False),
        ("LLMOPT_DISABLE", "yes", False),
        ("LLMOPT_DISABLE", "0", True),
        ("LLMOPT_DISABLE", "", True),
        ("CCACHE_DISABLE", "1", False),
        ("DEPENDENCIES_OUTPUT", "deps", False),
        ("SUNPRO_DEPENDENCIES", "deps", False),
    ],
)
def test_variables_that_turn_us_off(
    project: Project, name: str, value: str, *, swapped: bool
) -> None:
    project.make_hot()
    project.put_manifest()
    project.environment[name] = value
    project.compile()
    assert project.swapped() is swapped


def test_a_bare_environment(project: Project) -> None:
    project.make_hot()
    project.put_manifest()
    words = ["/usr/bin/gcc", *project.words()[1:]]
    assert project.launch(*words, env={}).returncode == 0


# Descriptors, directories, signals


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_closed_descriptors(project: Project, closed: str) -> None:
    project.make_hot()
    project.put_manifest()
    words = " ".join(project.words())
    assert project.run("sh", "-c", f"{project.launcher} {words} {closed}").returncode == 0
    assert project.swapped()
    project.manifest_path().unlink()
    project.resolver("sleep 0.05")
    assert project.run("sh", "-c", f"{project.launcher} {words} {closed}").returncode == 0
    assert not project.swapped()


@pytest.mark.parametrize("hot", [False, True])
def test_the_compiler_gets_our_descriptors_and_signals(project: Project, *, hot: bool) -> None:
    """No descriptor of ours, no changed mask, no ignored SIGPIPE."""
    project.script(
        "x-showing-cc",
        "readlink /proc/self/fd/0; ls /proc/self/fd; grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status",
    )
    words = project.words("x-showing-cc")
    if hot:
        project.make_hot()
        project.resolver("sleep 0.05")
    assert project.launch(*words).stdout == project.run(*words).stdout
    assert len(project.log()) == int(hot)
    ignoring = ["env", "--ignore-signal=CHLD", "--block-signal=TERM"]
    with_us = project.run(*ignoring, project.launcher, *words)
    assert with_us.stdout == project.run(*ignoring, *words).stdout


def test_a_deleted_working_directory(project: Project) -> None:
    project.make_hot()
    gone = project.root / "gone"
    script = f"mkdir {gone}; cd {gone}; rmdir {gone}; "
    command = f"{project.bin}/cc -O2 -c {project.source} -o {project.output}"
    assert project.run("sh", "-c", f"{script} {project.launcher} {command}").returncode == 0
    assert not project.swapped()


def test_without_proc(project: Project) -> None:
    """In a container that has none: the compile works, and so does the resolver on PATH."""
    sandbox = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/proc", "--"]
    if project.run(*sandbox, "true").returncode != 0:
        pytest.skip("bubblewrap does not work here")
    project.make_hot()
    project.put_manifest()
    result = project.run(*sandbox, project.launcher, *project.words())
    assert result.returncode == 0
    assert project.swapped()


def test_a_project_on_a_read_only_disk(project: Project) -> None:
    project.make_hot()
    project.put_manifest()
    state = str(project.state)
    sandbox = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", state, state, "--"]
    if project.run(*sandbox, "true").returncode != 0:
        pytest.skip("bubblewrap does not work here")
    assert project.run(*sandbox, project.launcher, *project.words()).returncode == 0
    assert project.swapped()
    assert project.log() == []


# Recording


def decode(data: bytes) -> list[tuple[bytes, list[bytes], dict[bytes, bytes]]]:
    """The records of LLMOPT_RECORD."""
    records = []
    while data:
        (size,) = struct.unpack_from("<I", data)
        record, data = data[4 : 4 + size], data[4 + size :]

        def number() -> int:
            nonlocal record
            value: int = struct.unpack_from("<Q", record)[0]
            record = record[8:]
            return value

        def field() -> bytes:
            nonlocal record
            size = number()
            value, record = record[:size], record[size:]
            return value

        cwd = field()
        words = [field() for _ in range(number())]
        variables = {field(): field() for _ in range(number())}
        assert record == b""
        records.append((cwd, words, variables))
    return records


def test_commands_are_recorded_and_passed(project: Project) -> None:
    project.make_hot()
    project.put_manifest()
    file = project.root / "record"
    project.environment |= {"LLMOPT_RECORD": str(file), "CPATH": "/p", "TERM": "dumb"}
    project.compile()
    assert not project.swapped()
    project.launch("gcc", "src/a.c", "-o", "program")
    project.launch("g++", "-c", "", "\udce4.cc")
    cwd = os.fsencode(project.root)
    variables = {b"CPATH": b"/p", b"LANG": b"C", b"PWD": cwd}
    assert decode(file.read_bytes()) == [
        (cwd, [word.encode() for word in project.words()], variables),
        (cwd, [b"g++", b"-c", b"", b"\xe4.cc"], variables),
    ]
    assert set(variables) <= {name.encode() for name in formats.VARIABLES}


def test_records_of_a_parallel_build_do_not_mix(project: Project) -> None:
    project.environment["LLMOPT_RECORD"] = str(project.root / "record")
    command = [str(project.launcher), "cc", "-c", "-DX=" + "x" * 20000]
    running = [
        subprocess.Popen(command, cwd=project.root, env=project.environment) for _ in range(30)
    ]
    assert {process.wait(20) for process in running} == {0}
    records = decode((project.root / "record").read_bytes())
    assert len(records) == 30
    assert {len(words) for _, words, _ in records} == {3}


def test_a_record_that_cannot_be_written_is_no_matter(project: Project) -> None:
    project.environment["LLMOPT_RECORD"] = "/no/such/directory/record"
    project.compile()


def test_a_large_index_costs_no_more_system_calls(project: Project) -> None:
    strace = shutil.which("strace")
    if not strace or project.run(strace, "true").returncode != 0:
        pytest.skip("strace does not work here")
    counts = []
    for slots, sources in ((32, 10), (16384, 5000)):
        project.make_hot(*[f"src/{number}.c" for number in range(sources)], slots=slots)
        trace = project.run(strace, project.launcher, *project.words()).stderr
        counts.append(trace.count(b"\n"))
    assert counts[0] == counts[1]


def test_no_state_is_ever_made(project: Project, directory: Path) -> None:
    """The cold path writes nothing, not even where everything may be written."""
    shutil.rmtree(project.state)
    project.compile()
    assert not project.state.exists()
    assert sorted(path.name for path in directory.iterdir()) == ["bin", "project"]
