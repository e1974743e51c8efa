"""LLVM IR as text: one function's `define` block in a module.

Text is spliced, modules are never linked: linking duplicates statics and drops conventions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from llmopt.errors import NotApplicable
from llmopt.toolchain import hints
from llmopt.values.digest import digest

_METADATA = re.compile(r",? ![A-Za-z][\w.]* !\d+|,? ![A-Za-z][\w.]*(?=\s|$)")
_NUMBERED = re.compile(r"(?<![\w$.])[#!]\d+\b")
_NAME = re.compile(r'@("[^"]+"|[\w.$]+)')
_TYPE = re.compile(r"%(?:struct|union)\.[\w.]+")
#: A `define` up to its parameters' end; parentheses within them are those of attributes.
_PARENTHESES = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
_HEAD = re.compile(
    rf'define [^@]*@(?:"[^"]+"|[\w.$]+){_PARENTHESES}'
    r"(?: (?:local_)?unnamed_addr)?(?: addrspace\(\d+\))?"
)
_CALL = re.compile(r"(?:^|= )\s*(?:(?:tail|musttail|notail) )?call\b|\binvoke\b|\bcallbr\b")
#: The first name with arguments; names of types have none.
_CALLEE = re.compile(r'\b(?:call|invoke|callbr)\b.*?([@%](?:"[^"]+"|[-\w.$]+))\(')
_STRING = re.compile(r'c?"[^"]*"')


def define_block(module: str, function: str) -> str:
    """The text from `define` to the closing brace. Raises NotApplicable when there is none."""
    found = _define(function).search(module)
    if not found:
        raise NotApplicable(f"the module does not define {function}")
    return found.group(0)


def excerpt(module: str, function: str) -> str:
    """The block as a text of its own, to be edited, stored and put into other modules.

    Modules number their attribute groups and metadata, each in its own way. So groups are spelled
    out in place, as are hints; other metadata, which may be lost anywhere, is left out.
    """
    lines = []
    for line in define_block(module, function).splitlines():
        if re.match(r"\s*(#dbg_|(tail )?call void @llvm\.dbg\.)", line):
            continue
        plain = _METADATA.sub("", hints.without(line)) + hints.attached(line, module)
        lines.append(
            re.sub(r" #(\d+)(?= |,|$)", lambda found: _group(module, found.group(1)), plain)
        )
    return "\n".join(lines) + "\n"


def replace(module: str, function: str, block: str) -> str:
    """The module with another block for a function.

    Raises NotApplicable when there is none, or when the block names attribute groups or metadata
    by numbers: another module's numbers mean other things (see `excerpt`).
    """
    old = define_block(module, function)
    if found := _NUMBERED.search(_STRING.sub("", block)):
        raise NotApplicable(f"the IR of {function} names {found.group(0)}, a number of its module")
    numbered, definitions = hints.numbered(block.rstrip("\n"), module)
    return module.replace(old, numbered, 1) + definitions


def with_attributes(block: str, attributes: str) -> str:
    """A `define` block with more function attributes: what passes for sanitizers go by.

    Raises NotApplicable for a block whose first line is not understood.
    """
    line, newline, rest = block.partition("\n")
    found = _HEAD.match(line)
    if not found:
        raise NotApplicable(f"the line {line[:60]!r} of an IR text is not understood")
    return f"{found.group(0)} {attributes}{line[found.end() :]}{newline}{rest}"


def names(module: str, function: str) -> frozenset[str]:
    """The globals that a function's block names, intrinsics left out."""
    return frozenset(
        name
        for name in _NAME.findall(define_block(module, function))
        if not name.startswith("llvm.")
    )


def signature(module: str, function: str) -> str | None:
    """The `define` line of a function without its name's metadata; None when not defined.

    In an optimized module it shows the calling convention and the parameters that are left, which
    the optimizer may change for a function that nobody outside the unit can call. Parameters keep
    their names where the module has names: of two of one type either may be the one that is left.
    """
    found = _define(function).search(module)
    if not found:
        return None
    line = found.group(0).splitlines()[0]
    line = re.sub(r"\s#\d+|\s!dbg !\d+|\slocal_unnamed_addr|\sunnamed_addr|\sdso_local", "", line)
    return re.sub(r"%\d+(?=[,)])", "%", line)


def convention(module: str, function: str) -> str | None:
    """Linkage, calling convention and types of a function: what a caller relies on."""
    found = signature(module, function)
    if found is None:
        return None
    # Facts about parameters (nocapture, readonly, noundef) are not part of the convention.
    facts = r"\b(noundef|nocapture|readonly|readnone|writeonly|nonnull|noalias|nofree|nosync)\b"
    found = re.sub(rf"{facts} ?", "", found)
    found = re.sub(r"\b(align \d+|dereferenceable(_or_null)?\(\d+\)) ?", "", found)
    found = re.sub(r"\b(range|captures|initializes)\([^)]*\)\)? ?", "", found)
    found = re.sub(r" ?!\w+ !\d+", "", found)  # and what is known of how often it is called
    return re.sub(r"\s+", " ", found)


def without_metadata(module: str, kinds: Sequence[str]) -> str:
    """The module without attachments of these kinds."""
    names = "|".join(re.escape(kind) for kind in kinds)
    return re.sub(rf", !(?:{names}) !\d+", "", module)


def inlining(module: str, function: str) -> str:
    """The module in which the pass `always-inline` inlines the other functions that only it has."""

    def marked(found: re.Match[str]) -> str:
        line: str = found.group(0)
        groups = [_group(module, number) for number in re.findall(r"#(\d+)", line)]
        if re.search(rf'@"?{re.escape(function)}"?\(', line) or "noinline" in " ".join(groups):
            return line
        return re.sub(r"\) (?=[^()]*\{$)", ") alwaysinline ", line)

    return re.sub(r"^define internal .*\{$", marked, module, flags=re.MULTILINE)


def callees(block: str) -> list[str | None]:
    """The function that each call of a block calls; None for one that is not named."""
    found = []
    for line in block.splitlines():
        if re.search(
            r"(?:^|= )\s*(?:(?:tail|musttail|notail) )?call\b|\binvoke\b|\bcallbr\b", line
        ):
            name = _CALLEE.search(line)
            named = name and name[1].startswith("@") and " asm " not in line
            found.append(name[1][1:].strip('"') if name and named else None)
    return found


def accessed_types(module: str, function: str) -> frozenset[str]:
    """The types as which a function accesses memory, as far as the module says so for aliasing.

    Accesses to a variable of its own, or to an element of one, as what it is, are left out.
    """
    own: dict[str, str] = {}
    names = set()
    for line in define_block(module, function).splitlines():
        if made := re.match(r"  %([-\w.$]+) = alloca (?:\[\d+ x )*(\w+)\]*,", line):
            own[made[1]] = made[2]
        if made := re.match(r"  %([-\w.$]+) = getelementptr [^%]*, ptr %([-\w.$]+),", line):
            if made[2] in own:
                own[made[1]] = own[made[2]]
        tag = re.search(r"!tbaa !(\d+)", line)
        what = re.search(r"\b(?:load (\w+)|store (\w+) [^,]+), ptr %([-\w.$]+),", line)
        if tag is None or (what and own.get(what[3]) == (what[1] or what[2])):
            continue
        access = re.match(r"!\d+ = !\{!\d+, !(\d+), ", _line(module, f"!{tag[1]} = "))
        kind = access and re.match(r'!\d+ = !\{!"([^"]*)"', _line(module, f"!{access[1]} = "))
        names.add(kind.group(1) if kind else f"metadata {tag[1]}")
    return frozenset(names)


def integers(module: str, function: str) -> dict[str, int]:
    """The widths of a function's integer parameters in bits, by their names."""
    head = define_block(module, function).splitlines()[0]
    return {name: int(bits) for bits, name in re.findall(r"[(,] ?i(\d+)[^,%]* %([\w.]+)", head)}


def assuming(module: str, function: str, ranges: Mapping[str, tuple[int, int]]) -> str:
    """The module in which all else than these values of integer parameters is undefined.

    A range from below zero is one of signed values.
    """
    widths = integers(module, function)
    lines = []
    for number, (name, (least, most)) in enumerate(ranges.items()):
        sign = "s" if least < 0 else "u"
        for side, value in (("ge", least), ("le", most)):
            made = f"%llmopt.{number}.{side}"
            lines.append(f"  {made} = icmp {sign}{side} i{widths[name]} %{name}, {value}")
            lines.append(f"  call void @llvm.assume(i1 {made})")
    block = define_block(module, function)
    first = re.search(r"\{\n(?:[-\w.$]+:.*\n)?", block)
    assert first is not None
    there = block[: first.end()] + "\n".join(lines) + "\n" + block[first.end() :]
    declared = "" if "declare void @llvm.assume(" in module else "\ndeclare void @llvm.assume(i1)\n"
    return module.replace(block, there, 1) + declared


def derived_from(module: str, function: str) -> str:
    """The digest that a stored IR text is checked against.

    It covers the block without metadata and attribute numbers, which other functions shift, and
    with the content of its attribute group and of the globals that it names.
    """
    block = define_block(module, function)
    groups = sorted(set(re.findall(r"#(\d+)", block)), key=int)
    contents = [_line(module, rf"attributes #{group} = ") for group in groups]
    definitions = [
        _line(module, rf"@{re.escape(name)} = ") for name in sorted(set(_NAME.findall(block)))
    ]
    plain = re.sub(r"#\d+", "#", _METADATA.sub("", block))
    numbers = re.compile(r"attributes #\d+")
    contents = [numbers.sub("attributes", line) for line in contents]
    return digest("ir", plain, contents, definitions, _types(module, block))


def _types(module: str, block: str) -> list[str]:
    """The definitions of the structures that a block names, and of those in them."""
    names = list(dict.fromkeys(_TYPE.findall(block)))
    definitions = []
    for name in names:  # grows while it is walked
        definition = _line(module, rf"{re.escape(name)} = type ")
        definitions.append(definition)
        names += [inner for inner in _TYPE.findall(definition) if inner not in names]
    return definitions


def _group(module: str, number: str) -> str:
    """The content of an attribute group, as it may stand in place of its number."""
    found = re.search(rf"^attributes #{number} = {{ (.*) }}$", module, re.MULTILINE)
    return f" {found.group(1)}" if found else ""


def _line(module: str, start: str) -> str:
    found = re.search(rf"^{start}.*$", module, re.MULTILINE)
    return _METADATA.sub("", found.group(0)) if found else ""


def _define(function: str) -> re.Pattern[str]:
    name = re.escape(function)
    return re.compile(rf'^define [^\n]*@"?{name}"?\(.*?^\}}', re.MULTILINE | re.DOTALL)
