"""Rewrites of a function's text by edits at places that libclang gives.

A rewrite is a function that gets a `Rewriting`, looks for what it knows, and notes its edits there.
It may start from the function as written, or from what another rewrite made of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from llmopt.agents.subject import Move, Subject
from llmopt.errors import NotApplicable, SourceError
from llmopt.rewrite.build import source_step, spliced
from llmopt.rewrite.unit import UnitContext
from llmopt.search.policy import Option
from llmopt.source import splice as splicing
from llmopt.source.functions import FunctionText
from llmopt.source.lexical import PreprocessedUnit
from llmopt.source.syntax import Loop, Syntax
from llmopt.values.command import CODE
from llmopt.values.step import HELPER, SourceText, Step

Part = TypeVar("Part")

#: What comes back a second time, or into another stack: values held in locals may be stale.
_RETURNS_TWICE = re.compile(rb"\b_*(?:sig)?setjmp\b|\bvfork\b|\bgetcontext\b")


@dataclass(frozen=True)
class Version:
    """A function's text in a version at source level: the file's content with it, where the
    definition stands there, what was put before it, and the step, if it is not as written.
    """

    content: bytes
    function: FunctionText
    prelude: bytes
    step: SourceText | None

    def unit(self, context: UnitContext) -> PreprocessedUnit:
        """The unit as its compiler reads it. Raises SourceError, ToolFailed."""
        if self.step is None:
            return context.lexical
        text = self.step.text.encode("utf-8", "surrogateescape")
        return spliced(context, self.function.name, text)

    def made(
        self,
        context: UnitContext,
        text: bytes,
        helpers: tuple[str, ...] = (),
        options: tuple[str, ...] = (),
    ) -> SourceText:
        """The step that puts other text in place of it, what was put before it included."""
        if self.step is not None:
            helpers = (*self.step.helpers, *helpers)
            options = (*self.step.options, *options)
        return source_step(context, self.function.name, text, helpers, options)


def version(subject: Subject) -> Version:
    """The text that a subject's steps make of the function.

    Raises NotApplicable where they do more than give it other text that is no dispatcher.
    """
    try:
        written = subject.context.locate(subject.function)
        if not subject.steps:
            return Version(subject.context.content, written, b"", None)
        step = subject.steps[0]
        alone = len(subject.steps) == 1 and isinstance(step, SourceText)
        if not alone or not isinstance(step, SourceText) or step.function != subject.function:
            raise NotApplicable("only for the function as written")
        if step.is_dispatcher:
            raise NotApplicable("only for the function as written, or one that is no dispatcher")
        text = step.text.encode("utf-8", "surrogateescape")
        content = splicing.splice(subject.context.content, [splicing.Replacement(written, text)])
        found = subject.context.located(subject.function, content)
    except SourceError as error:
        raise NotApplicable(str(error)) from error
    start = content.index(text, written.start)
    if content[found.end : start + len(text)].strip():
        raise NotApplicable("something stands behind the function")
    at_line = replace(found, line=written.line, end_line=written.end_line)
    return Version(content, at_line, content[start : found.start], step)


@dataclass(frozen=True)
class Edit:
    """Other text for a range of the content; an insertion where it is empty."""

    start: int
    end: int
    text: str


class Rewriting:
    """One function under a rewrite's hands."""

    def __init__(self, context: UnitContext, syntax: Syntax) -> None:
        self.context = context
        self.syntax = syntax
        self.edits: list[Edit] = []
        self.alone: tuple[str, ...] = ()
        self._helpers: dict[str, str] = {}
        self._names: set[str] = set()

    # What rewrites ask

    def need_x86(self) -> None:
        """Raises NotApplicable unless words are 64 bits, lowest byte first."""
        target = self.context.compiler.identity.target
        short = re.compile(r"-m(?:32|16|x32)$")
        options = self.context.unit.command.arguments(CODE)
        if not target.startswith("x86_64") or any(short.match(option) for option in options):
            raise NotApplicable(f"not written for {target}")

    def fresh(self, name: str) -> str:
        """A name like this one that nothing in the unit has."""
        found = f"llmopt_{name}"
        number = 1
        while found in self._names or self._is_taken(found):
            number += 1
            found = f"llmopt_{name}{number}"
        self._names.add(found)
        return found

    def _is_taken(self, name: str) -> bool:
        word = re.compile(rb"\b%s\b" % name.encode())
        return bool(word.search(self.syntax.content) or word.search(self.context.preprocessed))

    # What rewrites do

    def replace(self, start: int, end: int, text: str) -> None:
        """Other text for a range."""
        self.edits.append(Edit(start, end, text))

    def wrap(self, loop: Loop, before: str, *, behind: str = "") -> None:
        """Statements before a loop, and behind it, in a block around it."""
        indent = self.indent(loop.start)
        self.replace(loop.start, loop.start, "{\n" + _indented(before, indent + "    ") + indent)
        self.replace(loop.end, loop.end, "\n" + _indented(behind, indent + "    ") + indent + "}")

    def instead(self, loop: Loop, text: str) -> None:
        """Other statements in place of a loop."""
        indent = self.indent(loop.start)
        self.replace(loop.start, loop.end, _indented(text, indent).strip())

    def indent(self, at: int) -> str:
        """The blanks at the start of a place's line."""
        start = self.syntax.content.rfind(b"\n", 0, at) + 1
        found = re.match(rb"[ \t]*", self.syntax.content[start:at])
        return found.group(0).decode() if found else ""

    def helper(self, suffix: str, text: Callable[[str], str], *, alone: bool = False) -> str:
        """A function of the text's own, made of its name; once for each suffix.

        `alone` says that it may be left as a function in the object.
        """
        name = f"{self.syntax.name}{HELPER}{suffix}"
        if name not in self._helpers:
            if self._is_taken(name):
                raise NotApplicable(f"{name} is there already")
            self._helpers[name] = text(name)
            self.alone += (name,) if alone else ()
        return name

    def rendered(self, start: int, end: int, edits: Iterable[Edit] = ()) -> str:
        """A range of the content with edits in it."""
        return _edited(self.syntax.content, start, end, edits).decode("utf-8", "surrogateescape")

    def copied(self, start: int, end: int, edits: Iterable[Edit] = ()) -> str:
        """The same, with no more indent than its first line."""
        indent = self.indent(start)
        first, *others = self.rendered(start, end, edits).split("\n")
        return "\n".join([first, *(line.removeprefix(indent) for line in others)])

    def each(self, found: Iterable[Part], change: Callable[[Part], None], nothing: str) -> None:
        """Makes a change of whatever it fits. Raises NotApplicable, with the reason of the first
        that it does not fit, where it fits none; with `nothing` where there is none.
        """
        reason = nothing
        changed = False
        for part in found:
            before = len(self.edits)
            try:
                change(part)
            except NotApplicable as refused:
                del self.edits[before:]
                reason = str(refused) if reason == nothing else reason
            new = self.edits[before:]
            if any(_meet(one, other) for other in new for one in self.edits if one is not other):
                del self.edits[before:]
                reason = "two changes meet in one place" if reason == nothing else reason
            changed |= len(self.edits) > before
        if not changed:
            raise NotApplicable(reason)

    def text(self, function: FunctionText) -> bytes:
        """The helpers and the function, edited."""
        own = _edited(self.syntax.content, function.start, function.end, self.edits)
        if not self._helpers:
            return own
        helpers = "\n".join(self._helpers.values()).encode()
        return helpers + b"\n#line %d\n" % function.line + own


def _meet(one: Edit, other: Edit) -> bool:
    return one.start < other.end and other.start < one.end


def _edited(content: bytes, start: int, end: int, edits: Iterable[Edit]) -> bytes:
    made = []
    at = start
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if not at <= edit.start <= edit.end <= end:
            raise NotApplicable("two changes meet in one place")
        made += [content[at : edit.start], edit.text.encode("utf-8", "surrogateescape")]
        at = edit.end
    return b"".join([*made, content[at:end]])


def _indented(text: str, indent: str) -> str:
    lines = text.strip("\n").split("\n")
    return "".join(f"{indent}{line}\n" if line.strip() else "\n" for line in lines) if text else ""


def braced(head: str, *inner: str) -> str:
    """A block behind its head; parts that are empty are left out."""
    text = "".join(_indented(part, "    ") for part in inner if part)
    return f"{head} {{\n{text}}}".lstrip()


def rewrite(name: str, prior: float, summary: str, change: Callable[[Rewriting], None]) -> Move:
    """A move at source level; `change` raises NotApplicable where it does not fit."""

    def propose(subject: Subject) -> tuple[Step, ...]:
        context = subject.context
        before = version(subject)
        if _RETURNS_TWICE.search(before.function.text):
            raise NotApplicable(f"{subject.function} calls what may return twice")
        try:
            rewriting = Rewriting(context, context.syntax(subject.function, before.content))
            change(rewriting)
        except SourceError as error:
            raise NotApplicable(str(error)) from error
        text = before.prelude + rewriting.text(before.function)
        return (before.made(context, text, rewriting.alone),)

    return Move(Option(name, "source", prior, f"source-{name}"), summary, propose)
