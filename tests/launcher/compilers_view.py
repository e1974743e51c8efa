"""What a compiler itself makes of a command, by `-###`: the parser's judge.

Written from the drivers' output alone. Nothing here knows the launcher's tables.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: A job's words: `word`, or `"word"` with a backslash before quotes, dollars and itself.
_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')

#: Words of the inner compiler by which it writes or reads more than source, object and dependency
#: file, or makes something else.
_GCC_MORE: Final = re.compile(
    r"-E|-fpreprocessed|-fdirectives-only|-fsyntax-only|-lang-.*|-aux-info.*|-fdump-.*"
    r"|-fopt-info.*|-fcallgraph-info.*|-fstack-usage|-fprofile.*|-fauto-profile.*|-ftest-coverage"
    r"|--?coverage|-pg?|-fbranch-probabilities|-fplugin.*|-gsplit-dwarf|-fsave-optimization-record"
    r"|-fdiagnostics-format=.*-file|-flto.*|-fsanitize=.*|-finstrument-.*|-fself-test.*"
    r"|-ftime-report.*|-fmem-report.*|-fmodule.*|-fpch-.*|-M|-MM|-MJ|-gtoggle|-fcompare-debug.*"
    r"|-frecord-gcc-switches|-specs.*|-wrapper|-fopenacc.*|-foffload.*|-fdeps-.*|-fwpa.*|-fltrans.*"
)
_CLANG_MORE: Final = re.compile(
    r"-emit-(?!obj$).*|-E|-S|-fsyntax-only|-analyze.*|-ast-.*|-M|-MM|-MJ|-header-include-file"
    r"|-serialize-diagnostic-file|-opt-record-.*|-ftime-trace.*|-stats-file.*|-split-dwarf-.*"
    r"|-stack-usage-file|-coverage-(?:notes|data)-file.*|-fcoverage-mapping|-fprofile-(?!.*dir=).*"
    r"|-include-pch|-fmodule.*|-fmodules.*|-fimplicit-module.*|-fprebuilt.*|-load|-plugin.*"
    r"|-add-plugin|-fpass-plugin.*|-fsanitize.*|-flto.*|-fthinlto.*|-finstrument-.*|-fxray.*|-pg"
    r"|-fembed-bitcode.*|-fopenmp-host-ir.*|-fcuda.*|-save-temps.*|-P|-rewrite.*|-index-.*"
    r"|-fbasic-block-sections=list=.*|-frandomize-layout-seed-file=.*|-dwarf-debug-flags"
    r"|-fexperimental-.*|-mlink-.*|-fmemory-profile.*|-fauto-profile.*|-fdepfile.*|-ftest-.*"
    r"|-dependent-lib.*|-ivfsoverlay|-vfsoverlay|-api-notes.*|-iapinotes.*|-fapinotes.*"
)
#: Options of the inner compilers whose value is the next word, and may look like an option.
_WITH_VALUE: Final = (
    "-I -D -U -A -MT -MQ -MF -MD -MMD -o -x -include -imacros -isystem -iquote -idirafter -iprefix "
    "-iwithprefix -iwithprefixbefore -imultilib -imultiarch -isysroot -isystem-after -dumpbase "
    "-dumpbase-ext -dumpdir -auxbase -auxbase-strip -dependency-file -main-file-name -mllvm "
    "-resource-dir -internal-isystem -internal-externc-isystem --param -triple -target-cpu "
    "-target-feature -target-abi -tune-cpu -iwithsysroot -c-isystem -cxx-isystem"
).split()
#: What `as` is told without anybody's asking for a file.
_AS_WORD: Final = re.compile(
    r"--(?:32|64|x32)|-[vQ].*|-I.*|--?g.*|-m.*|--noexecstack|--compress-debug-sections.*"
    r"|--(?:no)?compress.*|-W|--fatal-warnings|--verbose|-n|--version"
)
_AS_VALUE: Final = ("-I", "-o")
#: An input that is left alone; clang says so of linker options as well.
_UNUSED: Final = re.compile(r"linker input file unused|warning: (?!-).*: 'linker' input unused")


@dataclass(frozen=True)
class View:
    """One compile as the compiler sees it, and what is against its being a plain one."""

    source: str | None = None
    output: str | None = None
    dependencies: str | None = None
    optimizes: bool = False
    against: tuple[str, ...] = field(default=())


class Judge:
    """One compiler in one directory."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name = name
        self.directory = directory
        self.calls = 0
        self._seen: dict[tuple[str, ...], View | None] = {}

    @property
    def is_clang(self) -> bool:
        """Which of the two families."""
        return "clang" in self.name

    def say(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """The driver's plan, without doing it."""
        return self.run(["-###", *words])

    def run(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """The compiler in the directory, in an environment that says nothing."""
        self.calls += 1
        done = subprocess.run(
            [self.name, *words],
            cwd=self.directory,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        # Not by subprocess: it would read a carriage return as the end of a line.
        said, warned = os.fsdecode(done.stdout), os.fsdecode(done.stderr)
        return subprocess.CompletedProcess(done.args, done.returncode, said, warned)

    def view(self, words: Sequence[str]) -> View | None:
        """The plan for one command; None: the compiler rejects it."""
        key = tuple(words)
        if key not in self._seen:
            result = self.say(words)
            rejected = result.returncode != 0 or re.search(r"\berror: ", result.stderr)
            self._seen[key] = None if rejected else self._read(result.stderr)
        return self._seen[key]

    def accepts(self, words: Sequence[str]) -> list[str]:
        """Those of the single words that the compiler takes, given with a plain command.

        It names the ones that it does not take; what is left over is found by halves.
        """
        return [
            word
            for start in range(0, len(words), 100)  # gcc is slow where there are more
            for word in self._accepts(words[start : start + 100])
        ]

    def _accepts(self, words: Sequence[str]) -> list[str]:
        left = list(words)
        while left:
            result = self.say(["-O2", "-c", "a.c", *left])
            if result.returncode == 0 and " error: " not in result.stderr:
                return left
            errors = "\n".join(line for line in result.stderr.splitlines() if "error: " in line)
            named = {
                part
                for quoted in re.findall(r"['\u2018]([^'\u2018\u2019]+)['\u2019]", errors)
                for part in (quoted, quoted.split(" ")[0])
            }
            fewer = [word for word in left if word not in named]
            if len(fewer) == len(left):
                if len(left) == 1:
                    return []
                middle = len(left) // 2
                return self._accepts(left[:middle]) + self._accepts(left[middle:])
            left = fewer
        return []

    def _read(self, text: str) -> View:
        jobs = [_words(line) for line in text.split("\n") if line.startswith(" ")]
        jobs = [job for job in jobs if job and job != ["(in-process)"]]
        read = _read_clang if self.is_clang else _read_gcc
        view = read(jobs)
        if _UNUSED.search(text):
            return View(against=(*view.against, "a further input"))
        return view


def _words(line: str) -> list[str]:
    found = (
        re.sub(r"\\(.)", r"\1", match[1]) if match[2] is None else match[2]
        for match in _WORD.finditer(line)
    )
    return [word for word in found if word != "|"]


def _name(job: Sequence[str]) -> str:
    return job[0].rsplit("/", 1)[-1]


def _options(job: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """The words of an inner compiler, those that need the next one with it."""
    words = iter(job[1:])
    for word in words:
        yield word, next(words, None) if word in _WITH_VALUE else None


def _value(job: Sequence[str], *options: str) -> str | None:
    """The value of the last such option."""
    found = [value for option, value in _options(job) if option in options]
    return found[-1] if found else None


def _optimizes(job: Sequence[str]) -> bool:
    levels = [word[2:] for word, _ in _options(job) if re.fullmatch(r"-O\w*", word)]
    return bool(levels) and not re.fullmatch(r"0+", levels[-1])


def _read_assembler(job: Sequence[str]) -> tuple[str | None, list[str]]:
    """Its output, and what is against it."""
    against, inputs, output = [], [], None
    words = iter(job[1:])
    for word in words:
        if word in _AS_VALUE:
            value = next(words)
            output = value if word == "-o" else output
        elif word == "-" or not word.startswith("-"):
            inputs.append(word)
        elif not _AS_WORD.fullmatch(word):
            against.append(f"as {word}")
    if len(inputs) != 1 and inputs:
        against.append(f"as reads {inputs}")
    return output, against


def _read_gcc(jobs: Sequence[Sequence[str]]) -> View:
    names = [_name(job) for job in jobs]
    if names != ["cc1", "as"]:
        return View(against=(f"jobs {names}",))
    compile_job, assemble = jobs
    output, against = _read_assembler(assemble)
    # The driver names the input, then how quiet to be, then where and what dumps would be.
    words = list(compile_job)
    words = words[: len(words) - 1 - words[::-1].index("-dumpbase")]
    if words[-2] == "-dumpdir":
        del words[-2:]
    if words[-1] == "-quiet":
        del words[-1]
    source = words[-1]
    made = _value(compile_job, "-o")
    if made != "-" and not (made or "").startswith("/tmp/"):
        against.append(f"cc1 makes {made}")
    against += _more(compile_job, _GCC_MORE)
    listed = _value(compile_job, "-MD", "-MMD")
    listed = listed and (_value(compile_job, "-MF") or listed)
    return View(source, output, listed, _optimizes(compile_job), tuple(against))


def _read_clang(jobs: Sequence[Sequence[str]]) -> View:
    against: list[str] = []
    kinds = ["cc1" if job[1:2] == ["-cc1"] else _name(job) for job in jobs]
    if kinds not in (["cc1"], ["cc1", "as"]):
        return View(against=(f"jobs {kinds}",))
    compile_job = list(jobs[0])
    output = _value(compile_job, "-o")
    if kinds == ["cc1", "as"]:
        if not (output or "").startswith("/tmp/"):
            against.append(f"cc1 makes {output}")
        output, more = _read_assembler(jobs[1])
        against += more
        compile_job = [word for word in compile_job if word != "-S"]
    elif "-emit-obj" not in compile_job:
        against.append("no object")
    if _value(compile_job, "-x") != "c":
        against.append(f"language {_value(compile_job, '-x')}")
    against += _more(compile_job, _CLANG_MORE)
    return View(
        compile_job[-1],
        output,
        _value(compile_job, "-dependency-file"),
        _optimizes(compile_job),
        tuple(against),
    )


def _more(job: Sequence[str], more: re.Pattern[str]) -> list[str]:
    return [f"{_name(job)} {word}" for word, _ in _options(job[:-1]) if more.fullmatch(word)]
