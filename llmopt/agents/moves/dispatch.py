"""Source: wider vectors behind a run-time dispatcher.

The function's body is copied for wider x86-64 levels; the function itself asks the processor and
calls the best copy, so that the program still runs wherever it ran. Contraction of multiplication
and addition is switched off: the wider levels have an instruction for it that rounds once where
the original rounds twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import version
from llmopt.agents.subject import Move, Subject
from llmopt.agents.text import call, copyable, declaration, renamed
from llmopt.errors import NotApplicable, SourceError
from llmopt.rewrite.dispatcher import asks
from llmopt.search.policy import Option
from llmopt.source.functions import FunctionText
from llmopt.toolchain.cpu import levels
from llmopt.values.command import CODE, NEUTRAL
from llmopt.values.step import HELPER, Step


@dataclass(frozen=True)
class Target:
    """A copy: its suffix, the level it needs, the bits of its vectors, and each compiler's target
    attribute.
    """

    suffix: str
    level: str
    bits: int
    clang: str
    gcc: str


@dataclass(frozen=True)
class Versions:
    """Bodies of copies by the bits of their vectors, and the condition of C under which they mean
    the same as the function's own; empty: always.
    """

    body: Callable[[int], bytes]
    guard: str = ""


_NO_CONTRACTION = ("-ffp-contract=off",)
# The wider registers have to be asked for: both compilers stay at 256 bits by themselves. The
# option touches no function that may not use them.
WIDE = ("-mprefer-vector-width=512",)

# gcc inlines into another target only where all flags of the callee are among the caller's and the
# architecture is the same: name the features, not the level.
_V3_FEATURES = "avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"
_V3 = Target("v3", "x86-64-v3", 256, "arch=x86-64-v3", _V3_FEATURES)
_V4_FEATURES = f"{_V3_FEATURES},avx512f,avx512bw,avx512cd,avx512dq,avx512vl"
_V4 = Target("v4", "x86-64-v4", 512, "arch=x86-64-v4", _V4_FEATURES)

TARGETS = (_V4, _V3)

_UNSAFE_OPTIONS = re.compile(
    r"-ffreestanding|-fno-builtin$|-nostdlib|-nodefaultlibs|-nostartfiles|-mcmodel=kernel"
    r"|-march=|-mavx|-mfma|-ffp-contract|-ffast-math|-Ofast|-funsafe-math|-fassociative-math|-m32$"
)
# Contraction is switched off for the whole unit, and copies for other targets hand vectors on in
# other registers: so nobody in the unit may have a target, rounding or vectors of their own.
_UNSAFE_TEXT = re.compile(
    rb"\b_*(target|target_clones|optimize)_*\s*\(|\b_*(vector_size|ext_vector_type)_*\s*\("
    rb"|#\s*pragma\s+(STDC\s+FP_CONTRACT|clang\s+fp|GCC\s+(target|optimize|push_options))"
)


def propose_dispatch(
    subject: Subject,
    options: tuple[str, ...] = (),
    prelude: bytes = b"",
    body: bytes | None = None,
    versions: Versions | None = None,
) -> tuple[Step, ...]:
    """The step that puts copies and a dispatcher in place of the function.

    `options` are added to the unit's, `prelude` is text before the copies, `body` what each copy
    holds in place of the function's own, `versions` what only those for wider levels hold.
    Raises NotApplicable.
    """
    context = subject.context
    if not context.compiler.identity.target.startswith("x86_64"):
        raise NotApplicable(f"no dispatcher for {context.compiler.identity.target}")
    for option in context.unit.command.arguments(CODE + NEUTRAL):
        if _UNSAFE_OPTIONS.match(option):
            raise NotApplicable(f"the unit chooses its own target or rounding: {option}")
    before = version(subject)
    if (body is not None or versions is not None) and before.step is not None:
        raise NotApplicable("only for the function as written")
    if found := _UNSAFE_TEXT.search(context.preprocessed):
        raise NotApplicable(
            "the unit's text chooses its own target, rounding or vectors: "
            f"{found.group(0).decode()}"
        )
    function = before.function
    try:
        copyable(before.unit(context), function, one=body is None)
    except SourceError as error:
        raise NotApplicable(str(error)) from error
    copy = function if body is None else replace(function, text=function.declarator + body)
    # A copy that cannot run here cannot be tested here.
    targets = [target for target in TARGETS if target.level in levels()]
    if not targets:
        raise NotApplicable("this processor has nothing wider than the unit's own vectors")
    copies = _text(copy, targets, versions, clang=context.compiler.is_clang)
    text = before.prelude + declaration(function) + prelude + copies
    suffixes = (*(target.suffix for target in targets), "base")
    helpers = tuple(_helper(function.name, suffix) for suffix in suffixes)
    return (before.made(context, text, helpers, (*_NO_CONTRACTION, *options)),)


def _helper(name: str, suffix: str) -> str:
    return f"{name}{HELPER}{suffix}"


def _text(
    function: FunctionText,
    targets: Sequence[Target],
    versions: Versions | None,
    *,
    clang: bool,
) -> bytes:
    # gcc would make clones of a copy that only the dispatcher calls.
    own = "noinline" if clang else "noinline, noclone"
    copies = []
    calls = []
    base = call(function, _helper(function.name, "base"))
    if versions is not None and versions.guard:
        calls.append(f"    if (!({versions.guard}))\n    {base}")
    for target in targets:
        attribute = f'target("{target.clang if clang else target.gcc}")'
        held = function
        if versions is not None:
            held = replace(function, text=function.declarator + versions.body(target.bits))
        copies.append(_copy(held, target.suffix, (own, attribute)))
        handed = call(function, _helper(function.name, target.suffix))
        calls.append(f"    if ({asks(target.level)})\n    {handed}")
    copies.append(_copy(function, "base", (own,)))
    calls.append(f"    {base}")
    body = "\n".join(calls)
    dispatcher = function.declarator + b"{\n" + body.encode() + b"\n}"
    return b"\n".join([*copies, dispatcher])


def _copy(function: FunctionText, suffix: str, attributes: tuple[str, ...]) -> bytes:
    """The function under another name, at its own lines for `__LINE__` and the debugger."""
    line = b"#line %d\n" % function.line
    head = f"static __attribute__(({', '.join(attributes)})) ".encode()
    return line + head + renamed(function, _helper(function.name, suffix))


MOVES = (
    Move(
        Option("dispatch-256", "source", 1.5, "dispatch"),
        "256-bit vectors where the processor has them, by a run-time dispatcher",
        propose_dispatch,
    ),
    Move(
        Option("dispatch-512", "source", 1.4, "dispatch"),
        "512-bit vectors where the processor has them, by a run-time dispatcher",
        lambda subject: propose_dispatch(subject, WIDE),
    ),
)

EXAMPLES = (
    Example(
        before="""\
unsigned f(const unsigned char *data, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += data[i];
    return sum;
}""",
        after="""\
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"))) unsigned f__llmopt_v4(const unsigned char *data, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += data[i];
    return sum;
}
#line 1
static __attribute__((noinline, noclone, target("avx2,bmi,bmi2,lzcnt,movbe,popcnt,f16c,fma"))) unsigned f__llmopt_v3(const unsigned char *data, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += data[i];
    return sum;
}
#line 1
static __attribute__((noinline, noclone)) unsigned f__llmopt_base(const unsigned char *data, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += data[i];
    return sum;
}
unsigned f(const unsigned char *data, unsigned n)
{
    if (__builtin_cpu_supports("x86-64-v4"))
    return f__llmopt_v4(data, n);
    if (__builtin_cpu_supports("x86-64-v3"))
    return f__llmopt_v3(data, n);
    return f__llmopt_base(data, n);
}""",
    ),
)

REFUSED = (
    Refused("int f(int n) { static int calls; return calls++ + n; }", "a static local"),
    Refused("int f(int n, ...) { return n; }", "no fixed parameters"),
)
