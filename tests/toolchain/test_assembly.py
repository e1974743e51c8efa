"""Functions taken from one build into another, with real compilers, assembled, linked and run.

Every program in `assembly/` prints what it computes. Its unit compiled with `-O2` is the carrier;
the same text under other options, or by the other compiler, is the donor.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmopt.errors import NotApplicable, SourceError
from llmopt.toolchain.assembly import canonical, functions, is_local, parse, references, take

CORPUS = sorted((Path(__file__).parent / "assembly").glob("*.c"))
COMPILERS = ("gcc", "clang-19")
VARIANTS = ("", "-g -fcf-protection", "-fPIC -ffunction-sections -fdata-sections")
DONORS = {
    "gcc": ("-O3 -funroll-loops", "-O1", "-Os", "-O3 -fno-tree-vectorize -march=x86-64-v2"),
    "clang-19": ("-O3 -funroll-loops", "-O1", "-Os", "-O3 -fno-vectorize -march=x86-64-v2"),
}  # fmt: skip
# gcc's callers may otherwise know which registers a body leaves alone; see the module docstring.
OWN = {"gcc": ("-fno-ipa-ra",), "clang-19": ("-fno-addrsig",)}

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, COMPILERS)), reason="needs gcc and clang-19"
)


@cache
def compiled(compiler: str, source: str, options: str) -> str:
    """The assembly of a file of the corpus, or of C text."""
    text = source if "\n" in source else Path(source).read_text()
    command = [compiler, "-w", "-x", "c", "-S", "-o", "-", *OWN[compiler], *options.split(), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def run(compiler: str, text: str, directory: Path, name: str = "merged") -> tuple[int, str]:
    """Assembles, links and runs; the exit status and the output."""
    program = build(compiler, text, directory, name)
    done = subprocess.run([program], capture_output=True, text=True, timeout=20, check=False)
    return done.returncode, done.stdout


def build(compiler: str, text: str, directory: Path, name: str = "merged") -> Path:
    source = directory / f"{name}.s"
    source.write_text(text)
    command = [compiler, str(source), "-o", str(directory / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return directory / name


def disassembled(compiler: str, text: str, directory: Path, function: str) -> str:
    """Code and relocations of one function, the private parts of relocations left out."""
    source, object_file = directory / "x.s", directory / "x.o"
    source.write_text(text)
    subprocess.run([compiler, "-c", source, "-o", object_file], check=True)
    listing = subprocess.run(
        ["objdump", "-dr", f"--disassemble={function}", object_file],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    lines = [line for line in listing.splitlines() if line.startswith(" ") or "\tR_" in line]
    # Addresses move with what is before, private constants within their section.
    lines = [re.sub(r"^\s*[0-9a-f]+:|[+-]0x[0-9a-f]+$|<.*>|#.*", "", line) for line in lines]
    return "\n".join(re.sub(r"\b(jmp|j[a-z]+|call)\s+[0-9a-f]+", r"\1", line) for line in lines)


def plain(text: str) -> list[str]:
    return [name for name in functions(parse(text)) if name != "main" and "." not in name]


def taken(carrier: str, donor: str) -> tuple[list[str], dict[str, str]]:
    """Which functions fit one by one, and why the others do not."""
    fitting, refused = [], {}
    for name in plain(carrier):
        try:
            take(carrier, donor, [name])
            fitting.append(name)
        except NotApplicable as reason:
            refused[name] = str(reason)
    return fitting, refused


# Functions of the corpus that do not fit, by file and donor option: everything else must.
EXPECTED = {("cold.c", "-O1"): {"complain": "the section of complain differs"}}


@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant or "plain")
@pytest.mark.parametrize("compiler", COMPILERS)
def test_all_functions_of_another_build_run_as_before(
    compiler: str, variant: str, source: Path, tmp_path: Path
) -> None:
    carrier = compiled(compiler, str(source), f"-O2 {variant}")
    donors = DONORS[compiler] if not variant else DONORS[compiler][:1]

    def merged(index: int) -> tuple[int, str]:
        donor = compiled(compiler, str(source), f"{donors[index]} {variant}")
        fitting, refused = taken(carrier, donor)
        expected = EXPECTED.get((source.name, donors[index]), {}) if compiler == "gcc" else {}
        assert refused == expected
        text = take(carrier, donor, fitting)
        for name in fitting:
            assert body(text, name) == body(donor, name)
        return run(compiler, text, tmp_path, f"merged{index}")

    good = run(compiler, carrier, tmp_path)
    assert good[0] == 0
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(merged, range(len(donors)))) == {good}


def body(text: str, name: str) -> list[str]:
    """The instructions of a canonical text, without symbols, which a merge may number anew."""
    return re.findall(r"^(?![.<])[a-z]\w* [^.<]*", canonical(text, name), re.MULTILINE)


@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_function_alone_runs_as_before(compiler: str, source: Path, tmp_path: Path) -> None:
    carrier = compiled(compiler, str(source), "-O2 -g")
    donor = compiled(compiler, str(source), "-Os")
    good = run(compiler, carrier, tmp_path)

    def alone(name: str) -> tuple[int, str]:
        return run(compiler, take(carrier, donor, [name]), tmp_path, name)

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(alone, plain(carrier))) == {good}


@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_function_of_the_other_compiler_runs_as_before(
    compiler: str, source: Path, tmp_path: Path
) -> None:
    other = next(c for c in COMPILERS if c != compiler)
    carrier = compiled(compiler, str(source), "-O2")
    fitting, refused = taken(carrier, compiled(other, str(source), "-O3"))
    text = take(carrier, compiled(other, str(source), "-O3"), fitting) if fitting else carrier
    good = run(compiler, carrier, tmp_path)
    for assembler in COMPILERS:
        assert run(assembler, text, tmp_path, assembler) == good
    allowed = r"data|static local|section|point|\.cold|suffixed"
    assert [reason for reason in refused.values() if not re.search(allowed, reason)] == []
    if source.stem in {"loops", "constants", "abi", "callees", "switch_table"}:
        assert refused == {}


@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_taking_from_itself_changes_no_code(compiler: str, source: Path, tmp_path: Path) -> None:
    carrier = compiled(compiler, str(source), "-O2")
    for name in plain(carrier)[:3]:
        merged = take(carrier, carrier, [name])
        assert canonical(merged, name) == canonical(carrier, name)
        before = disassembled(compiler, carrier, tmp_path, name)
        assert before
        assert disassembled(compiler, merged, tmp_path, name) == before


@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
def test_the_carrier_assembles_with_either_assembler(source: Path, tmp_path: Path) -> None:
    # clang cannot read gcc's `.file` and `.loc` with views, so `-g` only in the other direction.
    for compiler, options in (("gcc", "-O2"), ("clang-19", "-O2 -g")):
        carrier = compiled(compiler, str(source), options)
        donor = compiled(compiler, str(source), f"{options} -O3")
        text = take(carrier, donor, taken(carrier, donor)[0])
        for assembler in COMPILERS:
            (tmp_path / "x.s").write_text(text)
            subprocess.run([assembler, "-c", "x.s"], cwd=tmp_path, check=True)


def test_other_lines_of_the_carrier_stay() -> None:
    source = next(str(path) for path in CORPUS if path.stem == "loops")
    for compiler in COMPILERS:
        carrier = compiled(compiler, source, "-O2 -g")
        merged = take(carrier, compiled(compiler, source, "-O3"), ["dot"])
        before, block, after = re.split(
            r"(?s)(\t\.pushsection.*\t\.popsection\n)", merged, maxsplit=1
        )
        assert carrier.startswith(before)
        # What went is one stretch, but for the constants that only `dot` used.
        gone = set(carrier.splitlines()) - set((before + after).splitlines())
        assert not any("hash" in line or "reverse" in line for line in gone)
        assert ".loc" in block


PLAIN = """
extern int outside(int);
int f(int x) {{ return {f}; }}
int g(int x) {{ return x - 3; }}
"""


def _asm(body: str, rest: str = "", head: str = "\t.globl\tf\n") -> str:
    """A small unit by hand, as gcc would print it."""
    return (
        f'\t.file\t"x.c"\n\t.text\n{head}\t.type\tf, @function\nf:\n{body}\tret\n'
        f'\t.size\tf, .-f\n{rest}\t.section\t.note.GNU-stack,"",@progbits\n'
    )


def _local(name: str, size: int = 4) -> str:
    return f"\t.local\t{name}\n\t.comm\t{name},{size},{size}\n"


def _function(name: str, code: str = "", binding: str = "") -> str:
    return f"\t.text\n{binding}\t.type\t{name}, @function\n{name}:\n{code}\tret\n\t.size\t{name}, .-{name}\n"  # noqa: E501


LOAD = "\tmovl\t{}(%rip), %eax\n"
DATA = "\t.section\t{section}\n\t.align {align}\n\t.type\t{name}, @object\n\t.size\t{name}, 8\n{name}:\n"  # noqa: E501
TABLE = DATA.format(section=".rodata", align=8, name="t")
REFUSALS = {
    "static folded in the carrier": (
        _asm(""), _asm(LOAD.format("mode"), _local("mode")), "mode is not defined in the carrier",
    ),
    "static defined in the carrier only": (
        _asm("", _local("mode")), _asm(LOAD.format("mode")), "mode is defined in the carrier and",
    ),
    "static shrunk": (
        _asm("", _local("mode", 4)), _asm(LOAD.format("mode"), _local("mode", 1)), "mode differs",
    ),
    "static initialised otherwise": (
        _asm("", TABLE + "\t.quad\t1\n"), _asm(LOAD.format("t"), TABLE + "\t.quad\t2\n"),
        "the data t differs",
    ),
    "static writable in one": (
        _asm("", TABLE + "\t.quad\t1\n"),
        _asm(LOAD.format("t"), TABLE.replace(".rodata", ".data") + "\t.quad\t1\n"),
        "the data t differs",
    ),
    "pointed to data differ": (
        _asm("", TABLE + '\t.quad\t.LC0\n\t.section\t.rodata\n.LC0:\n\t.string\t"a"\n'),
        _asm(LOAD.format("t"), TABLE + '\t.quad\t.LC0\n\t.section\t.rodata\n.LC0:\n\t.string\t"b"\n'),  # noqa: E501
        "the data t differs",
    ),
    "less aligned": (
        _asm("", TABLE + "\t.quad\t1\n"),
        _asm(LOAD.format("t"), TABLE.replace(".align 8", ".align 32") + "\t.quad\t1\n"),
        "less aligned",
    ),
    "global in one": (
        _asm("", "\t.globl\tt\n" + TABLE + "\t.quad\t1\n"),
        _asm(LOAD.format("t"), TABLE + "\t.quad\t1\n"), "the linkage of the data t differs",
    ),
    "clone called": (
        _asm("", _function("g.part.0")), _asm("\tcall\tg.part.0\n", _function("g.part.0")),
        "suffixed clone g.part.0",
    ),
    "callee missing": (
        _asm(""), _asm("\tcall\tg\n", _function("g")), "the function g is not defined",
    ),
    "callee local in one": (
        _asm("", _function("g", "", "\t.globl\tg\n")), _asm("\tcall\tg\n", _function("g")),
        "the linkage of g differs",
    ),
    "local in one": (_asm(""), _asm("", head=""), "the linkage of f differs"),
    "weak in one": (_asm(""), _asm("", head="\t.weak\tf\n"), "the linkage of f differs"),
    "hidden in one": (
        _asm(""), _asm("", head="\t.globl\tf\n\t.hidden\tf\n"), "the linkage of f differs",
    ),
    "other section": (
        _asm(""), _asm("", head='\t.globl\tf\n\t.section\t.text.hot,"ax",@progbits\n'),
        "the section of f differs",
    ),
    "missing in the donor": (
        _asm(""), _asm("").replace("f", "g").replace(".gile", ".file"),
        "not defined in the donor",
    ),
    "external with other attributes": (
        _asm("\tcall\tout\n"), _asm("\tcall\tout\n", "\t.weak\tout\n"), "the linkage of out differs",  # noqa: E501
    ),
    "alias to something else": (
        _asm("", _function("g") + "\t.set\tal,f\n"),
        _asm("\tcall\tal\n", _function("g") + "\t.set\tal,g\n"), "the alias al differs",
    ),
    "label of another body": (
        _asm("", _function("g")), _asm("\tjmp\t.L9\n", _function("g", ".L9:\n")), "refers to .L9",
    ),
    "body named by another": (
        _asm(".L9:\n", _function("g", "\tjmp\t.L9\n")), _asm("\tnop\n", _function("g")),
        "g refers to .L9",
    ),
    "body named by other metadata": (
        _asm(".L9:\n", '\t.section\t__info,"",@progbits\n\t.quad\t.L9\n'), _asm("\tnop\n"),
        "refers to .L9",
    ),
    "table without twin": (
        _asm(".L9:\n", TABLE + "\t.quad\t.L9\n"), _asm("\tnop\n"), "the table t points into",
    ),
    "table of another length": (
        _asm(".L9:\n", TABLE + "\t.quad\t.L9\n"),
        _asm(LOAD.format("t") + ".L9:\n", TABLE + "\t.quad\t.L9\n\t.quad\t.L9\n"),
        "the data t differs",
    ),
    "no unwind information": (
        _asm("\t.cfi_startproc\n").replace("\t.size\tf", "\t.cfi_endproc\n\t.size\tf"), _asm(""),
        "no unwind information",
    ),
    "exception table": (
        _asm(""),
        _asm("\t.cfi_startproc\n\t.cfi_lsda 0x1b,.L7\n.L7:\n").replace(
            "\t.size\tf", "\t.cfi_endproc\n\t.size\tf"
        ),
        "exception table",
    ),
    "sections switched by inline assembly": (
        _asm(""), _asm("\t.pushsection .rodata\n\t.byte\t1\n\t.popsection\n"), "switches sections",
    ),
    "static locals that cannot be told apart": (
        _asm(LOAD.format("n.0") + LOAD.format("n.1"), _local("n.0") + _local("n.1")),
        _asm(LOAD.format("n.0") + LOAD.format("n.1"), _local("n.0") + _local("n.1")), "ambiguous",
    ),
    "static local of an inlined function, the own one folded": (
        _asm(LOAD.format("n.0"), _function("g", LOAD.format("n.1")) + _local("n.0") + _local("n.1")),  # noqa: E501
        _asm(LOAD.format("n.1"), _local("n.1")), "ambiguous",
    ),
    "static local of another function": (
        _asm("", _function("g", LOAD.format("n.0")) + _local("n.0")),
        _asm(LOAD.format("n.0"), _function("g") + _local("n.0")), "ambiguous",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_doubt_is_refused_with_its_reason(case: str) -> None:
    carrier, donor, reason = REFUSALS[case]
    with pytest.raises(NotApplicable, match=re.escape(reason)):
        take(carrier, donor, ["f"])


@pytest.mark.parametrize("names", [[], ["f", "f"], ["g"], ["f.part.0"]])
def test_names_must_be_functions_of_both(names: list[str]) -> None:
    with pytest.raises(NotApplicable):
        take(_asm(""), _asm("", _function("f.part.0")), names)


def test_a_donor_without_control_flow_protection_is_refused() -> None:
    for compiler in COMPILERS:
        source = PLAIN.format(f="x * 5")
        carrier = compiled(compiler, source, "-O2 -fcf-protection")
        with pytest.raises(NotApplicable, match="control flow protection"):
            take(carrier, compiled(compiler, source, "-O2"), ["f"])
        take(compiled(compiler, source, "-O2"), carrier, ["f"])


def test_static_locals_are_matched_by_their_users_not_by_their_numbers(tmp_path: Path) -> None:
    numbers = _asm(
        LOAD.format("n.0"), _function("g", LOAD.format("n.1")) + _local("n.0") + _local("n.1")
    )
    swapped = _asm(
        "\tnop\n" + LOAD.format("n.1"),
        _function("g", LOAD.format("n.0")) + _local("n.0") + _local("n.1"),
    )
    merged = take(numbers, swapped, ["f"])
    assert "n.0" in references(parse(merged), "f")
    assert "n.1" not in references(parse(merged), "f")
    assert "nop" in merged


FOLDED = """
static int mode = 3;
int f(int x) {{ return x * mode; }}
int g(int x) {{ {write} return x - 3; }}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_static_that_somebody_writes_again_changes_the_canonical_text(compiler: str) -> None:
    folded = compiled(compiler, FOLDED.format(write=""), "-O2")
    written = compiled(compiler, FOLDED.format(write="mode = x;"), "-O2")
    assert canonical(folded, "f") != canonical(written, "f")
    with pytest.raises(NotApplicable, match="mode"):
        take(folded, written, ["f"])


def test_a_table_that_becomes_writable_changes_the_canonical_text() -> None:
    constant = _asm(LOAD.format("t"), TABLE + "\t.quad\t1\n")
    writable = constant.replace(".rodata", ".data")
    assert canonical(constant, "f") != canonical(writable, "f")


SHRUNK = """
static int flag;
int f(int x) { return flag ? x : -x; }
void set(void) { flag = 1; }
"""


def test_a_static_that_clang_shrinks_in_one_build_is_refused() -> None:
    shrunk, whole = (compiled("clang-19", SHRUNK, level) for level in ("-O2", "-O0"))
    with pytest.raises(NotApplicable, match="flag"):
        take(whole, shrunk, ["f"])
    with pytest.raises(NotApplicable, match="flag"):
        take(shrunk, whole, ["f"])


@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_canonical_text_does_not_depend_on_debug_information(
    compiler: str, source: Path
) -> None:
    bare, debug = (compiled(compiler, str(source), f"-O2 {g}") for g in ("", "-g"))
    assert functions(parse(bare)) == functions(parse(debug))
    for name in functions(parse(bare)):
        assert canonical(bare, name) == canonical(debug, name)


ABOVE = """
#include <stdio.h>
double above(double x, int n) {
    static int calls;
    switch (n) { case 0: puts("a"); break; case 1: puts("b"); break; case 2: puts("cc"); break;
                 case 3: calls++; break; case 4: puts("e"); }
    return x * 7.125 + calls;
}
"""


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("source", CORPUS, ids=lambda path: path.stem)
def test_the_canonical_text_does_not_depend_on_functions_above(compiler: str, source: Path) -> None:
    alone = compiled(compiler, source.read_text(), "-O2")
    shifted = compiled(compiler, ABOVE + source.read_text(), "-O2")
    assert alone not in shifted
    for name in plain(alone):
        assert canonical(alone, name) == canonical(shifted, name)


def test_the_canonical_text_tells_constants_apart() -> None:
    for compiler in COMPILERS:
        texts = {
            canonical(compiled(compiler, f"double f(double x) {{ return x * {c}; }}\n", "-O2"), "f")
            for c in ("1.5", "2.5", "2.5")
        }
        assert len(texts) == 2


def test_references_name_what_is_not_private() -> None:
    source = next(str(path) for path in CORPUS if path.stem == "static_data")
    for compiler in COMPILERS:
        unit = parse(compiled(compiler, source, "-O2"))
        assert references(unit, "word") <= {"words", "words.rel"}  # clang makes offsets of it
        assert references(unit, "word")
        assert {"history", "total"} <= references(unit, "again")
        assert is_local(unit, "history")
        assert not is_local(unit, "shared")
        assert not is_local(unit, "sum")
        assert not any(symbol.startswith(".L") for symbol in references(unit, "main"))


@pytest.mark.skipif(not shutil.which("gdb"), reason="needs gdb")
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize(("stem", "stop"), [("callees", "fib"), ("cold", "complain")])
def test_a_debugger_stops_in_a_merged_function_and_sees_its_caller(
    compiler: str, stem: str, stop: str, tmp_path: Path
) -> None:
    source = next(str(path) for path in CORPUS if path.stem == stem)
    carrier = compiled(compiler, source, "-O2 -g")
    donor = compiled(compiler, source, "-O3")
    merged = take(carrier, donor, taken(carrier, donor)[0])
    program = build(compiler, merged, tmp_path)
    session = ["-ex", f"break {stop}", "-ex", "run", "-ex", "bt", "-ex", "kill"]
    shown = subprocess.run(
        ["gdb", "-nx", "-batch", *session, str(program)],
        capture_output=True, text=True, timeout=60, check=False,
    ).stdout  # fmt: skip
    if "ptrace" in shown:
        pytest.skip("no ptrace here")
    assert re.search(rf"^#0 .*{stop} \(", shown, re.MULTILINE), shown
    caller = "(main|twice)" if stem == "callees" else "(checked|quotient)"
    assert re.search(rf"^#1 .*{caller} \(", shown, re.MULTILINE), shown
    assert re.search(r"^#[12] .*main \(", shown, re.MULTILINE), shown


def test_what_compilers_do_not_print_is_not_understood() -> None:
    for line in (
        "\t.macro x", "\t.rept 3", "\t.if 1", '\t.include "x"', "\t.intel_syntax noprefix",
        "\t.subsection 1", "\t.set x, .+4", "\tcmpb $'a', %al", "/* comment", '\t.string "open',
        "f:", "\t.popsection", '\tcall "quoted name"', "\t.unheard_of 3",
    ):  # fmt: skip
        with pytest.raises(SourceError):
            parse(_asm("", f"{line}\n"))
    for text in (_asm("").replace("\t.size\tf, .-f\n", ""), _asm("\tjmp\t.L1\n")):
        with pytest.raises(SourceError):
            canonical(text, "f")


FUZZED = [
    (compiler, str(path), options)
    for compiler in COMPILERS
    for path in CORPUS
    if path.stem in {"computed_goto", "cold", "static_data"}
    for options in ("-O2", "-O2 -g")
]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    unit=st.sampled_from(FUZZED),
    seed=st.randoms(use_true_random=False),
    count=st.integers(min_value=0, max_value=6),
    cut=st.booleans(),
    which=st.sampled_from(["carrier", "donor", "both"]),
)
def test_damaged_text_is_refused_and_never_crashes(  # type: ignore[no-untyped-def]
    unit: tuple[str, str, str], seed, count: int, *, cut: bool, which: str
) -> None:
    whole = compiled(*unit)
    lines = whole.split("\n")
    for _ in range(count):
        del lines[seed.randrange(len(lines))]
    if cut:
        lines = lines[: seed.randrange(1, len(lines))]
    damaged = "\n".join(lines)
    carrier = whole if which == "donor" else damaged
    donor = whole if which == "carrier" else damaged
    for name in plain(whole):
        reason = "taken"
        try:
            take(carrier, donor, [name])
            canonical(damaged, name)
        except (NotApplicable, SourceError) as error:
            reason = str(error)
        assert reason


def test_a_constant_that_is_aligned_by_one_before_it_stays_aligned(tmp_path: Path) -> None:
    """clang aligns a function's constants once; the first may be one that the code does not use."""
    main = 'int main(void) { printf("%d\\n", f()); return 0; }\n'
    head = f"#include <stdio.h>\n__attribute__((weak)) int f(void);\n{main}"
    carrier = compiled("clang-19", f"{head}int f(void) {{ return 3; }}\n", "-O2")
    constants = "".join(
        f".LCPI9_{number}:\n\t.long\t{number}\n\t.zero\t12\n" for number in range(3)
    )
    section = '\t.section\t.rodata.cst16,"aM",@progbits,16\n'
    code = "\tmovdqa\t.LCPI9_2(%rip), %xmm0\n\tmovd\t%xmm0, %eax\n\tretq\n"
    other = compiled("clang-19", f"{head}int f(void) {{ return 4; }}\n", "-O2")
    donor = other.replace("\tmovl\t$4, %eax\n\tretq\n", code)
    donor += f"{section}\t.p2align\t4, 0x0\n{constants}"
    # What comes before it in the section has an odd length.
    odd = '\t.section\t.rodata.cst16,"aM",@progbits,16\n\t.byte\t1\n'
    merged = take(carrier, donor, ["f"])
    assert "LCPI9_0" not in merged
    assert run("clang-19", odd + merged, tmp_path) == (0, "2\n")
