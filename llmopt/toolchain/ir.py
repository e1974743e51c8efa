"""LLVM IR as text: one function's `define` block in a module.

Text is spliced, modules are never linked: linking duplicates statics and drops conventions.
"""

from __future__ import annotations

import re

from llmopt.errors import NotApplicable
from llmopt.values.digest import digest

_METADATA = re.compile(r",? ![A-Za-z][\w.]* !\d+|,? ![A-Za-z][\w.]*(?=\s|$)")


def define_block(module: str, function: str) -> str:
    """The text from `define` to the closing brace. Raises NotApplicable when there is none."""
    found = _define(function).search(module)
    if not found:
        raise NotApplicable(f"the module does not define {function}")
    return found.group(0)


def replace(module: str, function: str, block: str) -> str:
    """The module with another block for a function. Raises NotApplicable when there is none."""
    old = define_block(module, function)
    return module.replace(old, block.rstrip("\n"), 1)


def signature(module: str, function: str) -> str | None:
    """The `define` line of a function without its name's metadata; None when not defined.

    In an optimized module it shows the calling convention and the parameters that are left, which
    the optimizer may change for a function that nobody outside the unit can call.
    """
    found = _define(function).search(module)
    if not found:
        return None
    line = found.group(0).splitlines()[0]
    line = re.sub(r"\s#\d+|\s!dbg !\d+|\slocal_unnamed_addr|\sunnamed_addr|\sdso_local", "", line)
    return re.sub(r"%[\w.]+(?=[,)])", "%", line)


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
    return re.sub(r"\s+", " ", found)


def derived_from(module: str, function: str) -> str:
    """The digest that a stored IR text is checked against.

    It covers the block without metadata and attribute numbers, which other functions shift, and
    with the content of its attribute group and of the globals that it names.
    """
    block = define_block(module, function)
    groups = sorted(set(re.findall(r"#(\d+)", block)), key=int)
    contents = [_line(module, rf"attributes #{group} = ") for group in groups]
    names = sorted(set(re.findall(r'@("[^"]+"|[\w.$]+)', block)))
    definitions = [_line(module, rf"@{re.escape(name)} = ") for name in names]
    plain = re.sub(r"#\d+", "#", _METADATA.sub("", block))
    numbers = re.compile(r"attributes #\d+")
    return digest("ir", plain, [numbers.sub("attributes", line) for line in contents], definitions)


def _line(module: str, start: str) -> str:
    found = re.search(rf"^{start}.*$", module, re.MULTILINE)
    return _METADATA.sub("", found.group(0)) if found else ""


def _define(function: str) -> re.Pattern[str]:
    name = re.escape(function)
    return re.compile(rf'^define [^\n]*@"?{name}"?\(.*?^\}}', re.MULTILINE | re.DOTALL)
