"""What the launcher calls a unit is one to the compiler: random commands against `-###`.

Some hundreds in the suite, the same each time. `LLMOPT_PARSER_EXAMPLES=10000` runs that many others
for each compiler and prints what was compared (`pytest -s`). A disagreement is a bug of the
launcher's tables or of its parser, never of a compiler: whatever is not plainly known has to be
passed.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import need

from .compilers_view import Judge, View
from .conftest import SOURCES

EXAMPLES: Final = int(os.environ.get("LLMOPT_PARSER_EXAMPLES", "0"))
#: clang needs ten times as long as gcc to say what it would do.
IN_THE_SUITE: Final = {"gcc": 400, "clang-19": 150}
QUIET: Final = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

INPUTS: Final = ("a.c", "b.c", "sub/c.c", "./a.c", "a b.c", "sub/.c", "x.y.c")
OTHERS: Final = (
    ".c",
    "-.c",
    "a.o",
    "s.s",
    "s.S",
    "a.i",
    "a.h",
    "a.cpp",
    "text",
    "lib.a",
    "-",
    "",
    "/dev/null",
)
OUTPUTS: Final = ("o.o", "sub/o.o", "o", "o.obj", "x.y.o", ".o", "-o", "-c", "a.c.o", "a b.o")
VALUES: Final = ("1", "sub", "a=b", "none", "c", "x", "-O0", "-c", "a.c", "b.c", "native", "f.d")
LEVELS: Final = ("-O2", "-O", "-O1", "-O3", "-Os", "-Og", "-Ofast", "-O0", "-O00", "-O4", "-Oz")
LANGUAGES: Final = ("c", "none", "c++", "cpp-output", "c-header", "assembler", "ir", "Host")
DEPENDENCIES: Final = (
    *[["-MD"], ["-MMD"], ["-MP"], ["-MG"], ["-MV"], ["-MFf.d"], ["-MF", "f.d"], ["-MT", "a.o"]],
    *[["-MTx"], ["-MQ", "a.o"], ["-MQx"], ["-Wp,-MD,g.d"], ["-Wp,-MMD,g.d"], ["-Wp,-MD,g.d,-MP"]],
    *[["-Wp,-DA=1,-UB"], ["-Wp,-MD,g.d,-MT,x"], ["-MF"], ["-MD", "-MF", "sub/f.d"], ["-MFa.o"]],
)
#: Options that mean another toolchain, or code and files that the tables must not let in.
ELSEWHERE: Final = (
    *[["--target=" + triple] for triple in ("x86_64-linux-gnu", "aarch64-linux-gnu", "x86_64-elf")],
    *[["-target", triple] for triple in ("x86_64-pc-windows-msvc", "spirv64", "nvptx64", "wasm32")],
    *[["--target=" + triple] for triple in ("amdgcn-amd-amdhsa", "x86_64-apple-macosx", "bpf")],
    *[["-mllvm", text] for text in ("-unroll-count=4", "-info-output-file=f.txt", "-stats", "-c")],
    *[["-mllvm=-time-passes"], ["-B", "sub"], ["-Bsub"], ["-R", "a.c"], ["-Rpass=inline"], ["-R"]],
    *[["-isystem-after", "b.c"], ["-object-file-name=x"], ["-no-integrated-as"], ["-pipe"]],
    *[["--param", "max-inline-insns-single=9"], ["-Xlinker", "-o"], ["-Wl,-o,x"], ["-z", "now"]],
    *[["-l", "m"], ["-lm"], ["-L", "sub"], ["-specs=text"], ["-imacros", "a.h"], ["-I"], ["-D"]],
    *[["-include", "a.h"], ["-isystem", "sub"], ["--sysroot", "sub"], ["-iquote", "-c"], ["-g3"]],
)
#: Texts that become values after a final `=`.
JOINED_VALUES: Final = (*VALUES, "0", "16", "fast", "all", "a:b", "hidden", "", "x.json", "off")


@dataclass(frozen=True)
class Option:
    """A line of options.def."""

    macro: str
    spelling: str
    form: str


def table() -> list[Option]:
    """options.def, and the names of the two lists as flags or with a value."""
    text = (SOURCES / "options.def").read_text()
    lines = re.findall(r'^([A-Z]+)\("([^"]+)", (\w+)', text, re.MULTILINE)
    found = [Option(*line) for line in lines]
    for letter, name in (("-f", "code"), ("-m", "machine")):
        listed = re.findall(r'"([^"]+)"', (SOURCES / f"{name}_options.def").read_text())
        found += [
            Option("KNOWN", letter + text, "JOINED" if text.endswith("=") else "FLAG")
            for text in listed
        ]
    assert len(found) > 1000
    return found


TABLE: Final = table()


def every_word(compiler: str) -> list[str]:
    """All options that the compiler itself offers, those of other languages included."""
    option = "--autocomplete=-" if "clang" in compiler else "--completion=-"
    result = subprocess.run([compiler, option], capture_output=True, text=True, check=True)
    return sorted({line.split("\t")[0] for line in result.stdout.splitlines()} - {"-###"})


@dataclass
class Bench:
    """A compiler, the launcher and what was compared."""

    judge: Judge
    launcher: Path
    #: Single words with which the compiler takes a plain command.
    good: list[str]
    #: What the compiler itself offers.
    offered: list[str]
    counts: Counter[str] = field(default_factory=Counter)

    def analyse(self, words: Sequence[str]) -> dict[str, Any]:
        """The launcher's view; it must not crash."""
        result = subprocess.run(
            [self.launcher, "--analyse", self.judge.name, *words],
            capture_output=True,
            check=False,
            env={},
        )
        assert (result.returncode, result.stderr) == (0, b""), (words, result)
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    def units(self, words: Sequence[str]) -> list[str]:
        """Those of the single words that may stand in a unit: nearly all of them, so by halves."""
        if not words or self.analyse(["-O2", "-c", "a.c", *words])["kind"] == "unit":
            return list(words)
        if len(words) == 1:
            return []
        middle = len(words) // 2
        return self.units(words[:middle]) + self.units(words[middle:])

    def check(self, words: Sequence[str]) -> View | None:
        """Fails where the launcher sees a unit and the compiler does not. The view of a unit."""
        self.counts["commands"] += 1
        answer = self.analyse(words)
        if answer["kind"] != "unit":
            self.counts["passed"] += 1
            return None
        assert len(answer["classes"]) == len(words) + 1
        assert answer["classes"].count("S") == 1
        assert (["cc", *words])[answer["classes"].index("S")] == bytes_of(answer["source"])
        view = self.judge.view(words)
        if view is None:
            self.counts["rejected by the compiler"] += 1
            return None
        self.counts["compared"] += 1
        assert not view.against, (words, view)
        assert view.source == bytes_of(answer["source"]), (words, view, answer)
        assert view.output == bytes_of(answer["output"]), (words, view, answer)
        assert view.optimizes, (words, view)
        if answer.get("plain"):
            self.counts["plain"] += 1
            listed = answer["dependencies"]
            assert view.dependencies == (listed and bytes_of(listed)), (words, view, answer)
        return view


def bytes_of(text: str) -> str:
    """A text of the launcher's JSON as Python has words."""
    return os.fsdecode(text.encode("latin-1"))


@pytest.fixture(scope="module", params=["gcc", "clang-19"])
def bench(request: pytest.FixtureRequest, launcher: Path) -> Iterator[Bench]:
    need(request.param)
    directory = Path(tempfile.mkdtemp(prefix="llmopt-parser-", dir=fast_directory()))
    (directory / "sub").mkdir()
    for name in (*INPUTS, *OTHERS):
        if name not in ("-", "", "/dev/null"):
            (directory / name).write_text("int x;\n" if name.endswith(".c") else "")
    judge = Judge(request.param, directory)
    offered = every_word(request.param)
    whole = [option for option in TABLE if option.form in ("FLAG", "JOINED")]
    single = [option.spelling for option in whole if option.macro != "PASS"]
    single += [f"-{word[1]}no-{word[2:]}" for word in single if re.fullmatch(r"-[fm][^=]+", word)]
    with_value = tuple(word for word in single if word.endswith("="))
    single += [word for word in offered if word.startswith(with_value)]
    made = Bench(judge, launcher, [], offered)
    known = [word for word in dict.fromkeys(single) if not word.endswith("=")]
    made.good = judge.accepts(made.units(known))
    yield made
    print(f"\n{request.param}: {dict(made.counts)}, {judge.calls} calls of the compiler")
    shutil.rmtree(directory)


def fast_directory() -> str | None:
    """A file system in memory, where there is one."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def one_word(draw: st.DrawFn) -> list[str]:
    """An option of the tables in one of its forms, or in one that it does not have."""
    option = draw(st.sampled_from(TABLE))
    value = draw(st.sampled_from(JOINED_VALUES))
    if option.form == "FLAG":
        return [option.spelling + draw(st.sampled_from(("", "", "", value)))]
    if option.form == "JOINED":
        return [option.spelling + value]
    if option.form == "SEPARATE" or draw(st.booleans()):
        return [option.spelling, value]
    return [option.spelling + value]


def a_doubtful_part(draw: st.DrawFn, bench: Bench) -> list[str]:
    """Some words that often belong together, and that not every compiler takes."""
    kind = draw(st.integers(0, 11))
    if kind < 3:
        return one_word(draw)
    if kind > 9:
        return list(draw(st.sampled_from(ELSEWHERE)))
    if kind < 6:
        # The compiler's own spellings, with something behind them that could be their value.
        word = draw(st.sampled_from(bench.offered))
        return [word, draw(st.sampled_from(VALUES + INPUTS))][: draw(st.integers(1, 2))]
    if kind == 6:
        language = draw(st.sampled_from(LANGUAGES))
        return draw(st.sampled_from((["-x", language], ["-x" + language])))
    if kind == 7:
        return [draw(st.sampled_from((*INPUTS, *OTHERS)))]
    if kind == 8:
        return [draw(st.sampled_from(LEVELS))]
    return [draw(st.text(alphabet="-acfoxWpMO2=,.", max_size=6))]


@st.composite
def commands(draw: st.DrawFn, bench: Bench) -> list[str]:
    """A command that is mostly a plain one, with a few words that may spoil it."""
    parts = [["-c"], [draw(st.sampled_from(LEVELS[:7]))], [draw(st.sampled_from(INPUTS))]]
    for _ in range(draw(st.integers(0, 2))):
        output = draw(st.sampled_from(OUTPUTS))
        parts.append(draw(st.sampled_from((["-o", output], ["-o" + output]))))
    parts += draw(st.lists(st.sampled_from(DEPENDENCIES), max_size=2))
    parts += [[word] for word in draw(st.lists(st.sampled_from(bench.good), max_size=6))]
    if draw(st.booleans()):
        parts += [a_doubtful_part(draw, bench) for _ in range(draw(st.integers(1, 2)))]
    return [word for part in draw(st.permutations(parts)) for word in part]


def test_a_unit_is_one_compile_of_that_source_to_that_object(bench: Bench) -> None:
    @settings(
        max_examples=EXAMPLES or IN_THE_SUITE[bench.judge.name],
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=QUIET,
    )
    @given(commands(bench))
    def property_holds(words: list[str]) -> None:
        bench.check(words)

    before = bench.counts["compared"]
    property_holds()
    # Without this the property could hold for want of units.
    assert bench.counts["compared"] - before > (EXAMPLES or IN_THE_SUITE[bench.judge.name]) // 8


def test_a_unit_leaves_nothing_but_its_outputs(bench: Bench) -> None:
    """Known options for real, many at a time: what the inner compiler does, `-###` hides."""
    directory = bench.judge.directory
    outputs = {directory / "o.o", directory / "f.d"}
    before = set(directory.rglob("*"))
    compiled: list[str] = []

    def compile_with(words: Sequence[str]) -> None:
        command = ["-O2", "-c", "a.c", "-o", "o.o", "-MD", "-MF", "f.d", *words]
        assert bench.analyse(command)["kind"] == "unit"
        result = bench.judge.run(command)
        made = set(directory.rglob("*")) - before
        for path in made:
            path.unlink()
        if result.returncode == 0:
            assert made == outputs, (words, made)
            assert result.stdout == "", words
            compiled.extend(words)
        elif len(words) > 1:
            # Some cannot stand together, and some not here at all.
            middle = len(words) // 2
            compile_with(words[:middle])
            compile_with(words[middle:])

    words = random.Random(1).sample(bench.good, len(bench.good))
    calls = bench.judge.calls
    for start in range(0, len(words), 20):
        compile_with(words[start : start + 20])
        if bench.judge.calls - calls > 60 and not EXAMPLES:
            break
    assert len(compiled) > 100


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([option.spelling for option in TABLE]),
            st.sampled_from((*INPUTS, *OTHERS, *OUTPUTS, *VALUES, *LEVELS, "-c", "-o", "-x")),
            st.binary(max_size=8).map(lambda data: os.fsdecode(data.replace(b"\0", b"x"))),
        ),
        max_size=8,
    )
)
def test_any_words_have_one_answer(sanitized_launcher: Path, words: list[str]) -> None:
    """The same in another place and environment: no file and no variable has a say."""
    answers = []
    for directory, variables in (("/", {}), ("/usr", {"CPATH": "x", "CCC_OVERRIDE_OPTIONS": "+c"})):
        result = subprocess.run(
            [sanitized_launcher, "--analyse", "cc", *words],
            capture_output=True,
            check=False,
            cwd=directory,
            env=variables,
        )
        assert (result.returncode, result.stderr) == (0, b""), words
        answers.append(json.loads(result.stdout))
    assert answers[0] == answers[1]
    if answers[0]["kind"] == "unit":
        assert len(answers[0]["classes"]) == len(words) + 1


def recorded_words(launcher: Path, directory: Path) -> list[bytes] | None:
    """The words that the launcher finds in `args`; None: it leaves the file to the compiler."""
    record = directory / "record"
    record.unlink(missing_ok=True)
    environment = {"PATH": f"{directory}:/usr/bin:/bin", "LLMOPT_RECORD": str(record)}
    subprocess.run([launcher, "gcc", "-c", "@args"], cwd=directory, env=environment, check=True)
    data = record.read_bytes()[4:]

    def number() -> int:
        nonlocal data
        value = int.from_bytes(data[:8], "little")
        data = data[8:]
        return value

    def text() -> bytes:
        nonlocal data
        size = number()
        value, data = data[:size], data[size:]
        return value

    text()  # the working directory
    words = [text() for _ in range(number())]
    assert words[:2] == [b"gcc", b"-c"]
    return None if words[2:] == [b"@args"] else words[2:]


def test_a_response_file_is_cut_as_the_compilers_cut_it(launcher: Path, tmp_path: Path) -> None:
    """Each word is an input that is not there, so that the compilers name them all."""
    need("gcc", "clang-19")
    (tmp_path / "gcc").symlink_to(shutil.which("true") or "/bin/true")
    # Their own places, so that the one above is not what they find.
    judges = [Judge(shutil.which(name) or name, tmp_path) for name in ("gcc", "clang-19")]
    refused = [
        re.compile(
            r"^\S*gcc: error: (.*?): linker input file not found: ", re.DOTALL | re.MULTILINE
        ),
        # A word may hold what ends the line: the next one begins with the compiler's name.
        re.compile(r"error: no such file or directory: '(.*?)'\n(?=\S*clang|\Z)", re.DOTALL),
    ]
    expanded = 0

    @settings(
        max_examples=EXAMPLES // 5 or 60, derandomize=not EXAMPLES, deadline=None, database=None
    )
    @given(st.text(alphabet="ab \t\n\r\v\f\"'\\\\", max_size=12))
    def property_holds(text: str) -> None:
        nonlocal expanded
        (tmp_path / "args").write_bytes(text.encode())
        words = recorded_words(launcher, tmp_path)
        if words is None:
            return
        expanded += 1
        for judge, pattern in zip(judges, refused, strict=True):
            said = judge.run(["-###", "-c", "@args"]).stderr
            # gcc indents the second line of what it says.
            named = [re.sub("\\n *", "\\n", word) for word in pattern.findall(said)]
            known = [re.sub("\\n *", "\\n", word.decode()) for word in words]
            assert named == known, (text, said)

    property_holds()
    assert expanded > 10


def test_no_spelling_takes_another_word_than_the_compiler_says(bench: Bench) -> None:
    """Options of the compiler and the tables, before an input that could be their value.

    In the suite some of them; all of them take minutes.
    """
    wrong = []
    spellings = list(dict.fromkeys((*bench.offered, *(option.spelling for option in TABLE))))
    for word in spellings if EXAMPLES else random.Random(2).sample(spellings, 20):
        for words in ([word], [word, "b.c"], [word, "-o", "x.o"], [word + "x", "b.c"]):
            for command in (["-O2", "-c", *words, "a.c"], ["-O2", "-c", "a.c", *words]):
                try:
                    bench.check(command)
                except AssertionError as error:
                    wrong.append(str(error).splitlines()[0])
    assert not wrong, "\n".join(wrong)
