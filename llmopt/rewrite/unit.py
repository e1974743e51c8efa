"""A unit under the microscope: its texts at every level, made once each, and its keys."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from llmopt.errors import SourceError
from llmopt.sandbox.run import Sandbox
from llmopt.source.includes import entered, without_directives
from llmopt.source.lexical import PreprocessedUnit, parse
from llmopt.toolchain.compiler import Compiler, Memory, Reading
from llmopt.values.command import CODE, LANGUAGE, PREPROCESSOR, Unit
from llmopt.values.digest import Field, content_digest, digest
from llmopt.values.step import Step, step_fields

if TYPE_CHECKING:
    from clang import cindex

    from llmopt.source.functions import FunctionText
    from llmopt.source.syntax import Syntax
    from llmopt.source.traits import Traits

#: A unit below its source: what the code generator makes of it, before and after optimization.
Text = Literal["assembly", "module", "optimized module"]

#: Code options that change neither what a function means nor which recipe fits it: a recipe is
#: shared between the position-independent and the plain build of one source.
_SHARED = ("-fPIC", "-fpic", "-fPIE", "-fpie", "-fno-pic", "-fno-pie", "-fno-PIC", "-fno-PIE")
_DEBUG = ("-g", "-fdebug-prefix-map=", "-ffile-prefix-map=", "-fmacro-prefix-map=")
_NO_DEBUG_STRIP = ("-gno-", "-g0")


#: Variables that say where programs are and how they speak; the working directory of a shell
#: stands in debug info, and is looked at there.
_OF_THE_CALL = (
    *("PWD", "LD_LIBRARY_PATH", "LD_PRELOAD", "LANGUAGE", "LC_MESSAGES"),
    *("GCC_COLORS", "GCC_URLS", "TERM_URLS", "GCC_EXTRA_DIAGNOSTIC_OUTPUT"),
)


_MARKER = re.compile(rb'# \d+ "')
#: What asks for its place, and raw strings, in which blanks and lines are content.
_PLACED = re.compile(rb'__builtin_(?:LINE|FILE|COLUMN|source_location)|R"')


class UnitContext:
    """One unit as it is today. All texts are read once, when first asked for, after `started`
    (seconds of the clock).
    """

    def __init__(self, unit: Unit, sandbox: Sandbox, memory: Memory | None = None) -> None:
        self.started = time.time()
        self.unit = unit
        self.compiler = Compiler(sandbox, unit.command, memory)
        self._located: dict[str, FunctionText] = {}
        self.spliced: dict[tuple[str, bytes], PreprocessedUnit] = {}
        self._texts: dict[tuple[str, tuple[str, ...]], str] = {}
        #: Several versions may be built at once.
        self.lock = threading.Lock()

    @cached_property
    def content(self) -> bytes:
        """The source file. Raises SourceError when it cannot be read."""
        try:
            return Path(self.unit.command.source_path).read_bytes()
        except OSError as error:
            raise SourceError(f"{self.unit.source} cannot be read: {error.strerror}") from error

    @cached_property
    def reading(self) -> Reading:
        """How the compiler reads the unit; asked for before `preprocessed`, it saves that call."""
        return self.compiler.read()

    @cached_property
    def preprocessed(self) -> bytes:
        """The unit's own `-E` text."""
        known = without_directives(self.reading.text) if "reading" in vars(self) else None
        return self.compiler.preprocess() if known is None else known

    @cached_property
    def lexical(self) -> PreprocessedUnit:
        """The same, in chunks. Raises SourceError."""
        return parse(self.preprocessed)

    @cached_property
    def object(self) -> bytes:
        """The compiler's own object."""
        return self.compiler.object()[0]

    @cached_property
    def diagnostics(self) -> str:
        """What the compiler says of the unit as it is."""
        return self.compiler.object()[1]

    def closure_digest(self, function: str) -> str:
        """The digest of a function's lexical closure. Raises SourceError."""
        return self.lexical.closure(function).digest

    def locate(self, function: str) -> FunctionText:
        """Where a function stands in the source file. Raises SourceError with the reason."""
        if function not in self._located:
            from llmopt.source.functions import locate  # noqa: PLC0415 - libclang; few builds ask

            self._located[function] = locate(*self._place(function))
        return self._located[function]

    def definition(self, function: str) -> cindex.Cursor:
        """What libclang knows of a function's definition. Raises SourceError."""
        from llmopt.source.functions import definition  # noqa: PLC0415 - as above

        return definition(*self._place(function))

    def definitions(self, content: bytes) -> Mapping[str, cindex.Cursor]:
        """What libclang knows of the functions that other content for the file defines, by name.

        Raises SourceError.
        """
        from llmopt.source.functions import definitions  # noqa: PLC0415 - as above

        source, _, _, options, include, cwd = self._place("")
        return definitions(source, content, options, include, cwd)

    def syntax(self, function: str, content: bytes | None = None) -> Syntax:
        """How a function's text is built, with other content for the file where given.

        Raises SourceError, NotApplicable.
        """
        from llmopt.source.syntax import syntax  # noqa: PLC0415 - as above

        source, own, _, options, include, cwd = self._place(function)
        return syntax(source, own if content is None else content, function, options, include, cwd)

    def located(self, function: str, content: bytes) -> FunctionText:
        """Where a function stands in other content for the file. Raises SourceError."""
        from llmopt.source.functions import locate  # noqa: PLC0415 - as above

        source, _, _, options, include, cwd = self._place(function)
        return locate(source, content, function, options, include, cwd)

    def _place(self, function: str) -> tuple[str, bytes, str, tuple[str, ...], str, str]:
        command = self.unit.command
        options = command.arguments(CODE + PREPROCESSOR)
        include = self.compiler.include_directory
        return command.source, self.content, function, tuple(options), include, command.cwd

    def traits(self, functions: Sequence[str], content: bytes | None = None) -> dict[str, Traits]:
        """What else is to be seen in functions, with other content for the file where given.

        Raises SourceError for a function that it does not define.
        """
        from llmopt.source.traits import traits  # noqa: PLC0415 - as above

        command = self.unit.command
        return traits(
            command.source,
            self.content if content is None else content,
            functions,
            tuple(command.arguments(CODE + PREPROCESSOR)),
            self.compiler.include_directory,
            command.cwd,
        )

    def text(self, kind: Text, source: str | None, options: tuple[str, ...]) -> str:
        """Assembly or IR of a source file; that of the unit's own (None) is made once.

        Raises ToolFailed, NotApplicable for the IR of a gcc unit.
        """
        known = self._texts.get((kind, options)) if source is None else None
        if known is None:
            if kind == "assembly":
                known = self.compiler.assembly(source, options)
            else:
                optimized = kind == "optimized module"
                known = self.compiler.module(source, options, optimized=optimized)
            if source is None:
                self._texts[kind, options] = known
        return known

    def function_key(self, function: str) -> str:
        """What finds recipes: closure, options that change code, compiler family and target.

        Raises SourceError when the unit does not define the function.
        """
        identity = self.compiler.identity
        options = [
            option
            for option in self.unit.command.arguments(CODE + LANGUAGE)
            if option not in _SHARED and not option.startswith(_DEBUG)
        ]
        return digest(
            "function",
            function,
            self.closure_digest(function),
            identity.family,
            identity.target,
            options,
        )

    def unit_key(self, steps: tuple[Step, ...] = ()) -> str:
        """What names an object exactly: everything that could change a byte of it."""
        identity = self.compiler.identity
        return digest(
            "unit",
            identity.version,
            identity.target,
            self.unit.command.arguments(CODE + LANGUAGE),
            # With debug info the object carries paths, which the line markers hold.
            self._places if self._debug else (),
            [
                (name, value)
                for name, value in self.unit.command.environment
                if name not in _OF_THE_CALL
            ],
            self._text,
            [step_fields(step) for step in steps],
        )

    @property
    def _text(self) -> bytes:
        """The text as far as the object depends on it: without debug info not on its lines."""
        text = self.preprocessed
        if self._debug or _PLACED.search(text):
            return text
        lines = (line.strip() for line in text.splitlines())
        named = os.fsencode(self.unit.command.source)  # stands in the symbol table
        return b"\n".join([named, *(line for line in lines if line and not _MARKER.match(line))])

    @property
    def _places(self) -> tuple[Field, ...]:
        """Where the compiler runs, where it says that it does, and the files that it reads: clang's
        debug info holds their digests, and what macros and options said.
        """
        command = self.unit.command
        files = entered(self.preprocessed, command.source, command.cwd)
        try:
            contents = [content_digest(Path(path).read_bytes()) for path in files]
        except OSError as error:
            raise SourceError(f"{error.filename} cannot be read: {error.strerror}") from error
        macros = command.arguments(PREPROCESSOR)
        return command.cwd, dict(command.environment).get("PWD", ""), files, contents, macros

    @property
    def _debug(self) -> bool:
        options = self.unit.command.arguments(CODE)
        return any(o.startswith("-g") and not o.startswith(_NO_DEBUG_STRIP) for o in options)
