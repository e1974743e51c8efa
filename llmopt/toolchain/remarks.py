"""What compilers say of their own optimizations, from their records to short remarks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import yaml

#: The passes whose remarks say what may be done about them.
_PASSES: Final = "loop-vectorize|slp-vectorizer|licm|gvn|inline|loop-unroll"
#: Options that write clang's records to standard output.
CLANG: Final = ("-foptimization-record-file=-", f"-foptimization-record-passes={_PASSES}")
GCC: Final = ("-fopt-info-vec-all=stdout",)

#: What was done is worth words for loops only.
_DONE: Final = ("loop-vectorize", "loop-unroll")
#: Calls of other units' functions, and what another remark on the same loop says with its reason.
_NO_NEWS: Final = (
    "NoDefinition",
    "NeverInline",
    "MissedDetails",
    "NotPossible",
    "InterleavingNotBeneficial",
)
_GCC: Final = re.compile(r"^(.*?):(\d+):\d+: (?:missed|optimized):\s+(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Remark:
    """A remark. `file` is the last part of the name; `line` is 0 where no place is known."""

    file: str
    line: int
    text: str


def of_clang(records: str, function: str) -> list[Remark]:
    """The remarks about a function, what was inlined into it included, each once."""
    # Reading YAML is slow, and a unit has thousands of records.
    mark = f"\nFunction:        {function}\n"
    documents = [d for d in re.split(r"^(?=--- )", records, flags=re.MULTILINE) if mark in d]
    return _kept(r for document in documents for r in _read(document))


def of_gcc(said: str) -> list[Remark]:
    """The remarks about a unit's loops, each once; gcc does not say which function it means."""
    found: list[Remark] = []
    lines = _GCC.findall(said)
    for (file, line, text), (_, _, behind) in pairwise([*lines, ("", "0", "")]):
        place = posixpath.basename(file), int(line)
        if text.startswith("loop vectorized "):
            found.append(Remark(*place, text))
        elif text == "couldn't vectorize loop":
            # The reason comes next, where there is one, with the place of what is in the way.
            reason = behind if behind.startswith("not vectorized: ") else "not vectorized"
            found.append(Remark(*place, f"loop {reason}"))
    return _kept(found)


def _kept(found: Iterable[Remark]) -> list[Remark]:
    """Each once; without those that quote the program."""
    return list(dict.fromkeys(remark for remark in found if '"' not in remark.text))


def _read(document: str) -> Iterator[Remark]:
    record: dict[str, Any] = yaml.load(document, _Loader)  # noqa: S506 - of plain values only
    kind = document[4:].split(None, 1)[0]
    name, made_by = record["Name"], record["Pass"]
    if name in _NO_NEWS or (kind == "!Passed" and made_by not in _DONE):
        return
    place = record.get("DebugLoc", {})
    words = [
        str(value)
        for argument in record.get("Args", [])
        for key, value in argument.items()
        if key != "DebugLoc"
    ]
    text = " ".join("".join(words).partition(" at callsite ")[0].split()).replace("'", "")
    if text:
        file = posixpath.basename(str(place.get("File", "")))
        yield Remark(file, int(place.get("Line", 0)), text)


class _Loader(yaml.SafeLoader):
    """Plain values; the tags of records are read as if they were not there."""


def _mapping(loader: yaml.SafeLoader, _tag: str, node: yaml.MappingNode) -> Any:
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _mapping)
