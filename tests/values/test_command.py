"""A command, taken apart by the letters that the launcher gave it."""

from __future__ import annotations

import pytest

from llmopt.values.command import CODE, COMPILER, OUTPUT, PREPROCESSOR, SOURCE, Command, Unit
from llmopt.values.measurement import Speedup


def command(*pairs: str, cwd: str = "/p/build") -> Command:
    """A command from words with their letter in front: `c:cc`."""
    split = [pair.split(":", 1) for pair in pairs]
    return Command(
        cwd=cwd,
        argv=tuple(word for _, word in split),
        classes="".join(letter for letter, _ in split),
        source="../src/./a.c",
        output="out/../a.o",
    )


WORDS = ("k:-O2", "p:-I", "p:inc", "c:-c", "S:../src/./a.c", "o:-o", "o:out/../a.o")


@pytest.mark.parametrize("compiler", [("cc",), ("ccache", "cc"), ("/opt/llmopt", "ccache", "cc")])
def test_the_compiler_is_the_words_in_front(compiler: tuple[str, ...]) -> None:
    made = command(*(f"c:{word}" for word in compiler), *WORDS)
    assert made.compiler == compiler


def test_the_compile_option_is_no_compiler() -> None:
    assert command("c:cc", "c:-c", "S:a.c").compiler == ("cc",)


def test_arguments_come_by_class_in_their_order_without_the_compiler() -> None:
    made = command("c:cc", *WORDS, "k:-flto")
    assert made.arguments(CODE) == ("-O2", "-flto")
    assert made.arguments(PREPROCESSOR + CODE) == ("-O2", "-I", "inc", "-flto")
    assert made.arguments(SOURCE + OUTPUT) == ("../src/./a.c", "-o", "out/../a.o")
    assert made.arguments(COMPILER) == ()
    assert made.arguments("") == ()


def test_a_command_needs_a_letter_for_each_word() -> None:
    broken = Command("/p", ("cc", "-c", "a.c"), "cc", "a.c", "a.o")
    with pytest.raises(ValueError, match="shorter"):
        broken.arguments(CODE)


def test_paths_are_absolute_and_normal() -> None:
    made = command("c:cc", *WORDS)
    assert made.source_path == "/p/src/a.c"
    assert made.output_path == "/p/build/a.o"


def test_an_absolute_path_is_kept() -> None:
    made = Command("/p", ("cc",), "c", "/elsewhere//a.c", "/tmp/a.o")
    assert made.source_path == "/elsewhere/a.c"
    assert made.output_path == "/tmp/a.o"


def test_a_unit_is_named_by_its_source_in_the_project() -> None:
    assert Unit("/p", command("c:cc", *WORDS)).source == "src/a.c"
    assert Unit("/p/build", command("c:cc", *WORDS)).source == "../src/a.c"


def test_a_speedup_is_shown_with_its_interval() -> None:
    assert str(Speedup(1.25, 1.2, 1.3051, 7, 0.99, 1.01)) == "1.250x [1.200, 1.305]"
