"""A compile command, taken apart by the launcher's parser.

There is one parser of compiler arguments, in C (`llmopt --analyse`), so that the build and the
Python half can never disagree about what a command means. It gives each argument a class letter.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Final

COMPILER: Final = "c"  # the compiler's words, and -c
CODE: Final = "k"  # changes the code that is made
PREPROCESSOR: Final = "p"  # seen in the preprocessed text
NEUTRAL: Final = "n"  # warnings, colours
DEPENDENCIES: Final = "d"
OUTPUT: Final = "o"
LANGUAGE: Final = "l"
SOURCE: Final = "S"


@dataclass(frozen=True)
class Command:
    """One compile of one C source to one object.

    `argv` is as the build gave it, the compiler first; `classes` has a letter for each element.
    Paths are text with undecodable bytes as surrogates, as `os.fsdecode` gives them.
    """

    cwd: str
    argv: tuple[str, ...]
    classes: str
    source: str
    output: str
    environment: tuple[tuple[str, str], ...] = ()
    #: The dependency file that it writes, as given or as derived from the output.
    dependencies: str | None = None
    #: Whether object, dependency file and diagnostics are all that it leaves behind.
    plain: bool = False

    @property
    def compiler(self) -> tuple[str, ...]:
        """The leading words that name the compiler, a chained launcher included."""
        words = 1
        while words < len(self.argv) and self._is_compiler_word(words):
            words += 1
        return self.argv[:words]

    def _is_compiler_word(self, index: int) -> bool:
        return self.classes[index] == COMPILER and not self.argv[index].startswith("-")

    def arguments(self, classes: str) -> tuple[str, ...]:
        """The arguments of the given classes, in their order, without the compiler and `-c`."""
        return tuple(
            argument
            for argument, letter in zip(self.argv, self.classes, strict=True)
            if letter in classes and letter != COMPILER
        )

    @property
    def source_path(self) -> str:
        """The source, absolute and normalised as text (no symlink is followed)."""
        return posixpath.normpath(posixpath.join(self.cwd, self.source))

    @property
    def output_path(self) -> str:
        """The object, absolute and normalised as text."""
        return posixpath.normpath(posixpath.join(self.cwd, self.output))


@dataclass(frozen=True)
class Unit:
    """One compile command of one C file of a project."""

    root: str
    command: Command

    @property
    def source(self) -> str:
        """The source's path relative to the project's root."""
        return posixpath.relpath(self.command.source_path, self.root)
