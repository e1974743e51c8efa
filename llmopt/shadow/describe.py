"""A difference between original and candidate in a person's words."""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from llmopt.shadow import symbols
from llmopt.source.functions import FunctionText

_POINTER = 5
_REAL = 8
#: Numbers that are no system calls: where a run stops by itself.
_STOPS = {5000: "the end of the stretch", 5001: "the allocator"}


def describe(event: Mapping[str, Any], function: FunctionText) -> str:
    """Where, and how, the candidate first differs; the call and its arguments where known."""
    call = f" in call {event['call']}" if event["call"] else _stretch(event)
    arguments = _arguments(event.get("arguments", ()), function)
    return f"{_difference(event)}{call}{arguments}"


def _stretch(event: Mapping[str, Any]) -> str:
    first = event["first_call"]
    return f" after calls {first} to {first + event['calls'] - 1}"


def _difference(event: Mapping[str, Any]) -> str:
    if event["ending"] == "crashed":
        return f"the candidate crashes ({_signal(event['signal'])}), the original does not"
    if event["ending"] == "late":
        return "the candidate does not end, the original does"
    if event["fault"]:
        return f"the candidate stops at {event['fault']}"
    if not event["differences"]:
        return "the candidate ends otherwise"
    first = event["differences"][0]
    more = f" (and {event['count'] - 1} more differences)" if event["count"] > 1 else ""
    return f"{_one(first)}{more}"


def _one(difference: Mapping[str, Any]) -> str:
    kind = difference["kind"]
    old, new = _number(difference["old"]), _number(difference["new"])
    place = _place(difference)
    if kind == "freed":
        return f"{place} is freed by the {'candidate' if new else 'original'} only"
    if kind == "live blocks":
        if not old:
            return f"{place}, of {new} bytes, is left over: the original leaves no such block"
        return f"{place}, of {old} bytes, is left by the original and not by the candidate"
    if kind == "system call":
        return f"the candidate stops at {_system_call(new)}, the original at {_system_call(old)}"
    if kind == "system calls":
        return "the candidate asks other things of the system than the original"
    if kind == "calls":
        return f"the function is called {new} times in place of {old}"
    if kind == "output":
        return f"what is written differs ({old} bytes, {new} bytes)"
    if kind in ("memory", "fresh block"):
        return f"{place} holds {difference['old']} after the original, {difference['new']} after it"
    return f"{kind}: {old:#x} became {new:#x}{f' at {place}' if place else ''}"


def _system_call(number: int) -> str:
    return _STOPS.get(number, f"system call {number}")


def _place(where: Mapping[str, Any]) -> str:
    """A place in memory by what it belongs to."""
    inside = where.get("in", "")
    if inside == "result":
        return "the returned value"
    if "address" not in where:
        return ""
    address = where["address"]
    if not inside:
        return f"{address:#x}"
    offset = where["offset"]
    if inside == "heap":
        size = f" of {where['size']} bytes" if where["size"] else ""
        return f"byte {offset} of a heap block{size}"
    if inside.startswith("/"):
        found = symbols.name(inside, address, offset)
        return found or f"{os.path.basename(inside)}+{offset:#x}"
    return f"{inside}+{offset:#x}"


def _arguments(arguments: Sequence[Mapping[str, Any]], function: FunctionText) -> str:
    if not arguments:
        return ""
    pairs = zip(function.parameters, function.parameter_types, arguments, strict=False)
    return f": {function.name}({', '.join(f'{n} = {_value(a, t)}' for n, t, a in pairs)})"


def _value(argument: Mapping[str, Any], kind: str) -> str:
    data = bytes.fromhex(argument.get("bytes", ""))
    if argument.get("class") == _POINTER:
        if not any(data):
            return "NULL"
        return f"&({_place(argument)})"
    if argument.get("class") == _REAL and len(data) in (4, 8):
        return repr(struct.unpack("<f" if len(data) == 4 else "<d", data)[0])
    if len(data) <= 8:
        return str(int.from_bytes(data, "little", signed="unsigned" not in kind))
    return f"0x{data.hex()}"


def _number(text: str) -> int:
    return int.from_bytes(bytes.fromhex(text), "little")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
