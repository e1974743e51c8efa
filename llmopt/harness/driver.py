"""The text that is put behind a unit's own to call one of its functions, and nothing more.

It holds tables of numbers for the runtime and the few things that only the unit's own words can
say: the call, the addresses of its variables, and functions of the types that it takes. What the
optimizer knows of the calls is nothing: the function is called through a volatile pointer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

from llmopt.errors import NotApplicable
from llmopt.harness.description import (
    DISTINCT,
    MEASURED,
    NONNULL,
    ORDER,
    PURE,
    RANGED,
    STRING,
    VARIED,
    Callback,
    Description,
    Global,
    Parameter,
    Shape,
    Type,
    is_plain,
)
from llmopt.values.contract import Contract

_LONG = 1 << 63
#: Before what the runtime calls with values that MemorySanitizer has not seen written.
_UNCHECKED = '__attribute__((no_sanitize("memory"))) '
_WORD = re.compile(r"[A-Za-z_]\w*")


def under(description: Description, contract: Contract) -> Description:
    """The description with what the contract adds. Raises NotApplicable for unknown names."""
    known = {parameter.name for parameter in description.parameters}
    named = {
        *contract.length,
        *contract.range,
        *contract.apart,
        *contract.nonnull,
        *contract.string,
    }
    if unknown := sorted(named - known):
        raise NotApplicable(f"{description.function} has no parameter {unknown[0]}")
    return replace(
        description,
        parameters=tuple(_agreed(p, contract) for p in description.parameters),
        globals=tuple(_varied(g, description.types, contract) for g in description.globals),
        callbacks=tuple(_observed(c, contract) for c in description.callbacks),
        require=contract.require,
        prepare=contract.prepare,
        generate=contract.generate,
    )


def _agreed(parameter: Parameter, contract: Contract) -> Parameter:
    name, flags = parameter.name, parameter.flags
    for names, flag in (
        (contract.apart, DISTINCT),
        (contract.nonnull, NONNULL),
        (contract.string, STRING),
        (contract.length, MEASURED),
        (contract.range, RANGED),
    ):
        flags |= flag if name in names else 0
    low, high = contract.range.get(name, (0, 0))
    return replace(
        parameter,
        flags=flags,
        low=int(low),
        high=int(high),
        length=contract.length.get(name, ""),
    )


def _varied(variable: Global, types: Sequence[Type], contract: Contract) -> Global:
    """A variable of which a contract says what calls find in it, or puts it right, may hold
    anything before.
    """
    said = _WORD.findall(" ".join((*contract.require, contract.prepare)))
    varied = VARIED if variable.name in said and is_plain(types, variable.type) else 0
    return replace(variable, flags=variable.flags | varied)


def _observed(callback: Callback, contract: Contract) -> Callback:
    if contract.callbacks == "auto":
        return callback
    pure = PURE if contract.callbacks == "pure" else 0
    return replace(callback, flags=(callback.flags & ORDER) | pure)


def driver_text(description: Description) -> bytes:
    """The C text of the driver. The unit's own text goes before it."""
    header = (files("llmopt.harness") / "runtime" / "driver.h").read_text()
    parts = [
        '\n#line 1 "llmopt-driver"',
        header,
        *_types(description.types),
        *_callbacks(description.callbacks),
        _frame(description),
        _parameters("llmopt_parameters", "llmopt_frame", description.parameters),
        _call(description),
        _length(description),
        _agree(description),
        *_generators(description),
        *_globals(description),
        _functions(description),
        _whole(description),
    ]
    return "\n".join(parts).encode()


# --- tables -------------------------------------------------------------------------------------


def _text(name: str) -> str:
    kept = "".join(c if c.isascii() and c.isprintable() and c not in '"\\?' else "." for c in name)
    return f'"{kept}"'


def _number(value: int) -> str:
    """A constant of type long long; of larger ones the bits."""
    value = (value + _LONG) % (2 * _LONG) - _LONG
    return f"(-{-value - 1}LL - 1)" if value < 0 else f"{value}LL"


def _types(types: Sequence[Type]) -> list[str]:
    parts, rows = [], []
    for number, kind in enumerate(types):
        fields = values = "0"
        if kind.fields:
            fields = f"llmopt_fields_{number}"
            lines = [
                f"    {{{_text(f.name)}, {f.type}, {f.flags}, {f.bit_offset}, {f.bit_width}}},"
                for f in kind.fields
            ]
            parts += [f"static const struct llmopt_field {fields}[] = {{", *lines, "};"]
        if kind.values:
            values = f"llmopt_values_{number}"
            listed = ", ".join(_number(value) for value in kind.values)
            parts.append(f"static const long long {values}[] = {{{listed}}};")
        rows.append(
            f"    {{{int(kind.shape)}, {kind.flags}, {kind.size}, {kind.element}, {kind.count}, "
            f"{fields}, {values}, {_text(kind.name)}}},"
        )
    return [*parts, "static const struct llmopt_type llmopt_types[] = {", *rows, "};"]


def _members(result: str, parameters: Sequence[Parameter]) -> str:
    """The members of a frame. Arrays that decay are pointers by now."""
    lines = [] if result == "void" else [f"    __typeof__({result}) result;"]
    lines += [
        f"    __typeof__({parameter.spelling}) a{at};" for at, parameter in enumerate(parameters)
    ]
    return "\n".join(lines or ["    char nothing;"])


def _parameters(name: str, frame: str, parameters: Sequence[Parameter]) -> str:
    rows = [
        f"    {{{_text(p.name)}, {p.type}, {p.flags}, __builtin_offsetof(struct {frame}, a{at}), "
        f"{_number(p.low)}, {_number(p.high)}}},"
        for at, p in enumerate(parameters)
    ]
    rows = rows or ['    {"", 0, 0, 0, 0, 0},']
    return "\n".join([f"static const struct llmopt_parameter {name}[] = {{", *rows, "};"])


def _callbacks(callbacks: Sequence[Callback]) -> list[str]:
    parts, rows = [], []
    for number, callback in enumerate(callbacks):
        frame = f"llmopt_frame_{number}"
        gives = callback.result != "void"
        taken = ", ".join(
            f"__typeof__({p.spelling}) a{at}" for at, p in enumerate(callback.parameters)
        )
        put = "".join(
            f"    __builtin_memcpy((void *)&f.a{at}, (const void *)&a{at}, sizeof f.a{at});\n"
            for at in range(len(callback.parameters))
        )
        parts += [
            f"struct {frame} {{\n{_members(callback.result, callback.parameters)}\n}};",
            f"static __typeof__({callback.result}) llmopt_callback_{number}({taken or 'void'})\n"
            f"{{\n    struct {frame} f;\n    __builtin_memset((void *)&f, 0, sizeof f);\n{put}"
            f"    llmopt_callback({number}, (void *)&f);\n"
            f"{'    return f.result;' if gives else ''}\n}}",
            _parameters(f"llmopt_parameters_{number}", frame, callback.parameters),
        ]
        offset = f"__builtin_offsetof(struct {frame}, result)" if gives else "0"
        rows.append(
            f"    {{{callback.result_type}, {callback.flags}, {offset}, "
            f"{len(callback.parameters)}, llmopt_parameters_{number}, "
            f"(void (*)(void))llmopt_callback_{number}}},"
        )
    rows = rows or ["    {0, 0, 0, 0, 0, 0},"]
    return [*parts, "static const struct llmopt_callback llmopt_callbacks[] = {", *rows, "};"]


# --- the function -------------------------------------------------------------------------------


def _gives(description: Description) -> bool:
    return description.types[description.result_type].shape is not Shape.VOID


def _frame(description: Description) -> str:
    result = description.result if _gives(description) else "void"
    members = _members(result, description.parameters)
    return f"struct llmopt_frame {{\n{members}\n}};"


def _call(description: Description) -> str:
    name = description.function
    arguments = ", ".join(f"f->a{at}" for at in range(len(description.parameters)))
    kept = "*(__typeof__(f->result) *)&f->result = " if _gives(description) else ""
    return (
        f"static __typeof__({name}) *volatile llmopt_function = {name};\n"
        # The pointer is no volatile object of the unit.
        '__attribute__((no_sanitize("thread"))) static void llmopt_call(void *frame)\n{\n'
        "    struct llmopt_frame *f = (struct llmopt_frame *)frame;\n    (void)f;\n"
        f"    {kept}llmopt_function({arguments});\n}}"
    )


def _length(description: Description) -> str:
    names = [(f"a{at}", p.name) for at, p in enumerate(description.parameters)]
    known = "\n".join(
        f"    const __typeof__(f->{member}) {name} = f->{member};"
        for member, name in names
        if name.isidentifier()
    )
    used = " ".join(f"(void){name};" for _, name in names if name.isidentifier())
    cases = "\n".join(
        f"    case {at}: return (long long)({p.length}) < 0 ? 0 : (unsigned long)({p.length});"
        for at, p in enumerate(description.parameters)
        if p.length
    )
    if not cases:
        known = used = ""
    return (
        f"{_UNCHECKED}static unsigned long "
        "llmopt_length(unsigned llmopt_at, const void *llmopt_data)\n{\n"
        "    const struct llmopt_frame *f = (const struct llmopt_frame *)llmopt_data;\n"
        f"{known}\n    (void)f; {used}\n"
        f"    switch (llmopt_at) {{\n{cases}\n    default: return 0;\n    }}\n}}"
    )


def _agree(description: Description) -> str:
    """What the contract's words say of a call, with the parameters under their own names."""
    if not description.require and not description.prepare:
        return (
            f"{_UNCHECKED}static int "
            "llmopt_agree(void *frame)\n{\n    (void)frame;\n    return 1;\n}"
        )
    met = " && ".join(["1", *(f"({condition})" for condition in description.require)])
    return (
        f"{_UNCHECKED}static int llmopt_agree(void *llmopt_data)\n{{\n"
        f"{_in_own_words(description, description.prepare)}    return {met};\n}}"
    )


def _in_own_words(description: Description, statements: str) -> str:
    """C statements that have the parameters of the frame at llmopt_data under their own names, and
    leave the parameters as they have made them.
    """
    named = [
        (f"llmopt_f->a{at}", p.name)
        for at, p in enumerate(description.parameters)
        if p.name.isidentifier()
    ]
    taken = "".join(f"    __typeof__({member}) {name} = {member};\n" for member, name in named)
    put = "".join(
        f"    __builtin_memcpy((void *)&{member}, (const void *)&{name}, sizeof {name});\n"
        for member, name in named
    )
    return (
        "    struct llmopt_frame *llmopt_f = (struct llmopt_frame *)llmopt_data;\n"
        f"{taken}    (void)llmopt_f;\n    {{\n{statements}\n    }}\n{put}"
    )


def _generators(description: Description) -> list[str]:
    """A function for each generator, and the one that chooses between them."""
    texts = [
        f"{_UNCHECKED}static void llmopt_generator_{number}(void *llmopt_data)\n{{\n"
        + _in_own_words(description, f'#line 1 "generator-{number + 1}"\n{statements}')
        + "}"
        for number, statements in enumerate(description.generate)
    ]
    cases = "".join(
        f"    case {number}: llmopt_generator_{number}(frame); break;\n"
        for number in range(len(texts))
    )
    chooser = (
        "static void llmopt_generate(unsigned generator, void *frame)\n{\n    (void)frame;\n"
        f"    switch (generator) {{\n{cases}    default: break;\n    }}\n}}"
    )
    return [*texts, '#line 1 "llmopt-driver"', chooser]


def _globals(description: Description) -> list[str]:
    rows = [f"    {{{_text(g.name)}, {g.type}, {g.flags}, 0}}," for g in description.globals] or [
        '    {"", 0, 0, 0},'
    ]
    addresses = "".join(
        f"    llmopt_globals[{at}].address = (void *)&{g.name};\n"
        for at, g in enumerate(description.globals)
    )
    return [
        "static struct llmopt_global llmopt_globals[] = {",
        *rows,
        "};",
        f"void llmopt_driver_begin(void)\n{{\n{addresses}}}",
    ]


def _functions(description: Description) -> str:
    rows = [f"    {{{_text(n)}, (void (*)(void)){n}}}," for n in description.functions]
    return "\n".join(["static const struct llmopt_function llmopt_functions[] = {", *rows, "};"])


def _whole(description: Description) -> str:
    offset = "__builtin_offsetof(struct llmopt_frame, result)" if _gives(description) else "0"
    return (
        "struct llmopt_driver llmopt_driver = {\n"
        f"    {_text(description.function)}, llmopt_types, {description.result_type}, {offset},\n"
        f"    sizeof(struct llmopt_frame), {len(description.parameters)}, llmopt_parameters,\n"
        f"    llmopt_call, llmopt_length, llmopt_agree,\n"
        f"    {len(description.generate)}, llmopt_generate,\n"
        f"    {len(description.globals)}, llmopt_globals,\n"
        f"    {len(description.functions)}, llmopt_functions,\n"
        f"    {len(description.callbacks)}, llmopt_callbacks}};\n"
    )
