"""Real programs under real perf: each sample goes to the right symbol of the right unit."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from llmopt.config.model import HotSection
from llmopt.errors import ProfileError
from llmopt.profile.hot import Definitions, summarize
from llmopt.profile.perf import Place, Profiler, Samples, parse
from llmopt.sandbox.run import Completed, Job, Sandbox, shell
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.command import Command, Unit
from tests.conftest import need

SANDBOX = Sandbox("off")

#: One static of the same name in each of two files, called about three times as long in one.
WORK = """
static __attribute__((noinline)) unsigned work(unsigned n)
{
    volatile unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) sum += i * SALT;
    return sum;
}
unsigned NAME(unsigned n) { return work(n); }
"""
SHARED = """
__attribute__((noinline)) unsigned from_library(unsigned n)
{
    volatile unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) sum ^= i;
    return sum;
}
"""
MAIN = """
#include <sys/wait.h>
#include <unistd.h>
unsigned often(unsigned n);
unsigned seldom(unsigned n);
unsigned from_library(unsigned n);
__attribute__((noinline)) void in_child(unsigned n)
{
    volatile unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) sum |= i;
}
int main(int count, char **words)
{
    (void)words;
    if (count == 1) {
        often(240000000);
        seldom(60000000);
        from_library(160000000);
        return 0;
    }
    for (int child = 0; child < 2; child++)
        if (fork() == 0) {
            in_child(40000000);
            _exit(0);
        }
    while (wait(0) > 0);
    return 0;
}
"""
SOURCES = {
    "main.c": MAIN,
    "src/often.c": WORK.replace("NAME", "often").replace("SALT", "3"),
    "src/seldom.c": WORK.replace("NAME", "seldom").replace("SALT", "5"),
    "lib/shared.c": SHARED,
}


@dataclass
class Built:
    """A program of several units; a tree in which it can run."""

    path: Path

    def run(self, command: str, timeout: float, outside: tuple[str, ...] = ()) -> Completed:
        """Runs a command in the directory."""
        return SANDBOX.run(Job(shell(command), str(self.path), timeout, outside=outside))

    @property
    def objects(self) -> list[tuple[Unit, bytes]]:
        """What the build compiled."""
        return [
            (unit(str(self.path), name), (self.path / name).with_suffix(".o").read_bytes())
            for name in SOURCES
        ]


def unit(root: str, source: str) -> Unit:
    output = str(Path(source).with_suffix(".o"))
    return Unit(root, Command(root, ("cc", "-c", source), "ccS", source, output))


def build(path: Path, *options: str) -> Built:
    """Compiles unit by unit, the library as a shared one, and links."""
    for name, text in SOURCES.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text)

    def cc(*words: str) -> None:
        subprocess.run(["gcc", "-O1", *options, *words], cwd=path, check=True)

    for name in SOURCES:
        pic = ["-fPIC"] if name.startswith("lib/") else []
        cc(*pic, "-c", name, "-o", str(Path(name).with_suffix(".o")))
    subprocess.run(["gcc", "-shared", "lib/shared.o", "-o", "libshared.so"], cwd=path, check=True)
    cc("main.o", "src/often.o", "src/seldom.o", "-L.", "-lshared", "-Wl,-rpath,$ORIGIN", "-oapp")
    return Built(path)


@pytest.fixture(scope="module")
def profiler() -> Profiler:
    """perf, where it can sample."""
    need("perf", "gcc")
    try:
        return Profiler(SANDBOX)
    except ProfileError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=["-fPIE -pie", "-fno-pie -no-pie"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The program as each of the two kinds of executables."""
    need("gcc")
    return build(tmp_path_factory.mktemp("built"), *request.param.split())


@pytest.fixture(scope="module")
def sampled(built: Built, profiler: Profiler) -> tuple[Built, Samples]:
    """Its samples, taken once."""
    done, samples = profiler.sample(built, "./app", 60)
    assert done.status == 0, done.tail
    return built, samples


def share(samples: Samples, place: Place) -> float:
    return samples.weights.get(place, 0.0) / samples.total


def test_samples_go_to_their_program_symbol_and_file(sampled: tuple[Built, Samples]) -> None:
    built, samples = sampled
    app, library = str(built.path / "app"), str(built.path / "libshared.so")
    often = share(samples, Place(app, "work", "often.c"))
    seldom = share(samples, Place(app, "work", "seldom.c"))
    shared = share(samples, Place(library, "from_library", ""))
    assert often > 2 * seldom > 0.1
    assert shared > seldom
    assert often + seldom + shared > 0.9
    assert samples.count > 50
    assert samples.event.startswith(("cycles:u", "cpu-clock:u"))


def test_samples_have_their_distance_from_the_symbol(sampled: tuple[Built, Samples]) -> None:
    built, samples = sampled
    sizes = {
        (symbol.name, symbol.file if symbol.binding == "STB_LOCAL" else ""): symbol.size
        for symbol in ObjectFile((built.path / "app").read_bytes()).functions
    }
    often = Place(str(built.path / "app"), "work", "often.c")
    assert sum(samples.offsets[often].values()) == pytest.approx(samples.weights[often])
    assert max(samples.offsets[often]) < sizes["work", "often.c"]
    assert "[unknown]" not in {place.symbol for place in samples.offsets}


def test_functions_of_one_name_stay_apart(sampled: tuple[Built, Samples]) -> None:
    """perf's own report would make one of them."""
    built, samples = sampled
    profile = summarize("./app", "", samples, Definitions(built.objects))
    top = [(f.name, f.source, f.reason) for f in profile.functions[:3]]
    assert top[0] == ("work", "src/often.c", "")
    assert set(top) == {
        ("work", "src/often.c", ""),
        ("work", "src/seldom.c", ""),
        ("from_library", "lib/shared.c", ""),
    }
    assert sum(f.share for f in profile.functions) == pytest.approx(1.0)
    assert profile.samples == samples.count
    assert {f.source for f in profile.hot(HotSection())} >= {"src/often.c", "lib/shared.c"}


def test_what_the_build_did_not_compile_says_so(sampled: tuple[Built, Samples]) -> None:
    built, samples = sampled
    some = [entry for entry in built.objects if entry[0].source != "lib/shared.c"]
    profile = summarize("./app", "", samples, Definitions(some))
    (library,) = [f for f in profile.functions if f.name == "from_library"]
    assert (library.source, library.reason) == (
        "",
        "[libshared.so]: not compiled by this build",
    )
    assert library not in profile.hot(HotSection())


def test_children_that_were_forked_count(built: Built, profiler: Profiler) -> None:
    """They have the mappings of their parent and record none of their own."""
    done, samples = profiler.sample(built, "./app forked", 60)
    assert done.status == 0
    assert share(samples, Place(str(built.path / "app"), "in_child", "")) > 0.9


def test_a_shell_that_starts_the_program_changes_nothing(built: Built, profiler: Profiler) -> None:
    _, samples = profiler.sample(built, "for i in 1; do ./app x; done; true", 60)
    assert share(samples, Place(str(built.path / "app"), "in_child", "")) > 0.8


def test_a_program_built_anew_is_read_anew(tmp_path: Path, profiler: Profiler) -> None:
    """Candidates are linked over each other, at the same path."""
    loop = "int NAME(int n) { volatile int s = 0; while (n--) s += n; return s; }\n"
    for name in ("first", "second"):
        body = loop.replace("NAME", name) + f"int main(void) {{ {name}(30000000); return 0; }}\n"
        (tmp_path / "a.c").write_text(body)
        command = ["gcc", "-O1", "-fno-inline", "a.c", "-o", "app"]
        subprocess.run(command, cwd=tmp_path, check=True)
        _, samples = profiler.sample(Built(tmp_path), "./app", 60)
        assert share(samples, Place(str(tmp_path / "app"), name, "")) > 0.8


def test_a_perf_data_file_can_be_imported(built: Built, profiler: Profiler) -> None:
    data = built.path / "mine.data"
    subprocess.run(
        ["perf", "record", "-q", "-e", "cpu-clock:u", "-o", data, "./app"],
        cwd=built.path,
        check=True,
        capture_output=True,
    )
    samples = profiler.read(str(data))
    assert share(samples, Place(str(built.path / "app"), "work", "often.c")) > 0.3
    assert samples.event.startswith("cpu-clock")
    assert 0.01 < samples.total < 60, "seconds"


@pytest.mark.parametrize("content", [None, b"", b"no perf data\n" * 50])
def test_a_file_that_is_no_profile_is_a_profile_error(
    tmp_path: Path, profiler: Profiler, content: bytes | None
) -> None:
    path = tmp_path / "perf.data"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProfileError, match=r"perf\.data cannot be read by perf"):
        profiler.read(str(path))


def test_a_program_that_does_nothing_in_user_space_has_no_samples(
    tmp_path: Path, profiler: Profiler
) -> None:
    data = tmp_path / "perf.data"
    record = ["perf", "record", "-q", "-e", "cpu-clock:u", "-F", "1", "-o", data, "true"]
    subprocess.run(record, check=True, capture_output=True)
    assert profiler.read(str(data)).count == 0


def test_perf_that_is_not_there_is_a_profile_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProfileError, match="install linux-perf"):
        Profiler(SANDBOX)


# perf's text


def mapped(pid: int, start: int, size: int, offset: int, path: str, flags: str = "r-xp") -> str:
    return (
        f"  {pid} PERF_RECORD_MMAP2 {pid}/{pid}: [{start:#x}({size:#x}) @ {offset:#x} 08:01 5 1]: "
        f"{flags} {path}"
    )


def sample(pid: int, address: int, event: str = "cycles:u") -> str:
    return f"  {pid}   1000 {event}:  {address:x} "


@pytest.mark.parametrize("event", ["cycles:u", "cpu-clock:pppH", "cpu_core/cycles/u", "cycles"])
def test_events_of_all_kinds_are_read(event: str) -> None:
    samples = parse(sample(1, 0x1000, event))
    assert (samples.event, samples.count) == (event, 1)
    assert samples.total == pytest.approx(1e-6 if "clock" in event else 1000)


def test_the_latest_mapping_of_an_address_holds(tmp_path: Path) -> None:
    one, two = str(tmp_path / "one program"), str(tmp_path / "two")
    text = "\n".join(
        [
            mapped(1, 0x1000, 0x1000, 0, one),
            sample(1, 0x1800),
            mapped(1, 0x1000, 0x1000, 0, two),
            sample(1, 0x1FFF),
            sample(1, 0x2000),
            mapped(1, 0x1000, 0x1000, 0, "/data", flags="rw-p"),
            sample(1, 0x1000),
            sample(2, 0x1800),
        ]
    )
    weights = parse(text).weights
    assert weights == {
        Place(one, "[unknown]", ""): 1000,
        Place(two, "[unknown]", ""): 2000,
        Place("[unknown]", "[unknown]", ""): 2000,
    }


def test_a_program_that_is_started_in_a_process_drops_its_mappings() -> None:
    text = "\n".join(
        [
            mapped(1, 0x1000, 0x1000, 0, "/old"),
            "  1 PERF_RECORD_FORK(2:2):(1:1)",
            sample(2, 0x1800),
            "  2 PERF_RECORD_COMM exec: a b:2/2",
            sample(2, 0x1800),
        ]
    )
    assert {place.program for place in parse(text).weights} == {"/old", "[unknown]"}


@pytest.mark.parametrize("text", ["", "\n", "  1 PERF_RECORD_FORK(2:2):(1:1)\n", "noise\n"])
def test_a_text_may_be_without_samples(text: str) -> None:
    assert parse(text) == Samples({}, "", 0)
