"""The unit with three functions in the place of one: original, candidate, and a wrapper.

The wrapper has the function's own name and prototype, so that callers in the same unit and in
others reach it, static functions too. It hands each call to the runtime.
"""

from __future__ import annotations

import re
from importlib.resources import files

from llmopt.errors import NotApplicable
from llmopt.source.functions import FunctionText

ORIGINAL = "__orig"
CANDIDATE = "__cand"
_CALL = "__call"
#: What stands beside the candidate.
PARTS = ("", ORIGINAL, _CALL)

#: Strings, comments and members are no names of functions.
_SKIPPED = rb"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|/\*.*?\*/|//[^\n]*|(?:\.|->)\s*%s\b)|\b%s\b"""


def splice(content: bytes, function: FunctionText, candidate: bytes | None) -> bytes:
    """The source file `content` with the three functions in it.

    `candidate` is the text that would stand in the place of the definition; None makes the
    candidate a copy of the original, for steps below the source. Raises NotApplicable for functions
    that cannot be wrapped.
    """
    check(function)
    name = function.name
    original = renamed(function.text, name, name + ORIGINAL)
    other = renamed(function.text if candidate is None else candidate, name, name + CANDIDATE)
    keep = b"__attribute__((noinline, used)) "
    line = b"\n#line %d\n" % function.line
    # A step below the source names private data by number, in the order of the text: the copy that
    # it replaces comes first, and nothing else here has data without a name.
    parts = [keep + other, keep + original] if candidate is None else [keep + original, other]
    text = b"".join(
        [
            _interface(),
            prototype(function),
            *(line + part for part in parts),
            b"\n",
            wrapper(function).encode("utf-8", "surrogateescape"),
            b"#line %d\n" % function.end_line,
        ]
    )
    return content[: function.start] + text + content[function.end :]


def check(function: FunctionText) -> None:
    """Raises NotApplicable where no wrapper can stand for the function."""
    if not function.prototyped or function.variadic:
        raise NotApplicable(f"{function.name} takes arguments that a wrapper cannot hand on")
    if not all(function.parameters):
        raise NotApplicable(f"{function.name} has a parameter without a name")
    if function.mutable_statics:
        raise NotApplicable(
            f"{function.name} keeps {function.mutable_statics[0]} from call to call within its "
            "body: original and candidate would each have their own"
        )


def renamed(text: bytes, name: str, new: str) -> bytes:
    """The text with every use of a function's name replaced."""
    word = re.escape(name.encode())
    pattern = re.compile(_SKIPPED % (word, word), re.DOTALL)
    return pattern.sub(lambda found: found.group(1) or new.encode(), text)


def prototype(function: FunctionText) -> bytes:
    """A declaration of the function, for texts that call it."""
    return function.declarator + b"\n;"


def wrapper(function: FunctionText) -> str:
    """The function that stands for the two.

    The call itself is made one frame further down: what the two leave in slots of their arguments
    on the stack is then below the wrapper, where it is cleared.
    """
    name = function.name
    declarator = function.declarator.decode("utf-8", "surrogateescape")
    at = function.name_at - function.start
    call = declarator[:at] + f"{name}{_CALL}" + declarator[at + len(name) :]
    arguments = ", ".join(function.parameters)
    return "\n".join(
        [
            f"__attribute__((noinline)) {call}",
            "{",
            f"    __typeof__(&{name}{ORIGINAL}) llmopt_run =",
            f"        (__typeof__(&{name}{ORIGINAL}))llmopt_shadow_route(",
            f"            (void (*)(void)){name}{ORIGINAL}, (void (*)(void)){name}{CANDIDATE});",
            *_result_of(function, f"llmopt_run({arguments})"),
            # Something to do after the call: a jump in its place would hand over this frame's own
            # slots.
            '    __asm__ volatile("" : : : "memory");',
            *_return(function),
            "}",
            f"__attribute__((noinline)) {declarator}",
            "{",
            *_record(function),
            "    llmopt_shadow_enter(&llmopt_site, &llmopt_record);",
            *_result_of(function, f"{name}{_CALL}({arguments})"),
            *(
                f"    llmopt_shadow_clear((char *)&llmopt_result + {start}, {count});"
                for start, count in function.return_padding
            ),
            "    llmopt_shadow_leave(&llmopt_record, "
            + ("0, 0);" if function.returns_void else "&llmopt_result, sizeof llmopt_result);"),
            *_return(function),
            "}",
            "",
        ]
    )


def _record(function: FunctionText) -> list[str]:
    """The arguments of a call where the runtime can read them, and what it must know of them."""
    parameters = list(zip(function.parameters, function.parameter_types, strict=True))
    # An array of a length that another argument says is no member of a structure.
    members = [
        f"const void *{name};" if "[" in kind else f"__typeof__({name}) {name};"
        for name, kind in parameters
    ]
    values = [f"(const void *){name}" if "[" in kind else name for name, kind in parameters]
    described = [
        f"{{__builtin_offsetof(struct llmopt_record, {name}), "
        f"sizeof(((struct llmopt_record *)0)->{name}), "
        f"__builtin_classify_type(((struct llmopt_record *)0)->{name})}}"
        for name in function.parameters
    ]
    return [
        f"    struct llmopt_record {{ {' '.join(members)} char llmopt_end; }} llmopt_record = {{",
        f"        {', '.join([*values, '0'])}}};",
        "    static const struct llmopt_shadow_parameter llmopt_parameters[] = {",
        f"        {', '.join([*described, '{0, 0, 0}'])}}};",
        "    static const struct llmopt_shadow_site llmopt_site = {",
        f"        llmopt_parameters, {len(parameters)}}};",
    ]


def _result_of(function: FunctionText, call: str) -> list[str]:
    if function.returns_void:
        return [f"    {call};"]
    return [f"    __typeof__({call}) llmopt_result = {call};"]


def _return(function: FunctionText) -> list[str]:
    return [] if function.returns_void else ["    return llmopt_result;"]


def _interface() -> bytes:
    """What the wrapper may call: in the unit's own text, since nothing can be included there."""
    text = files("llmopt.shadow").joinpath("runtime/interface.h").read_bytes()
    return b"\n" + text
