"""Which of the x86-64 levels this machine's processor has.

The levels are those of the x86-64 psABI; flags are named as Linux names them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_V2 = {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"}
_V3 = _V2 | {"abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"}
_V4 = _V3 | {"avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"}


@cache
def levels() -> frozenset[str]:
    """The names of the levels, as `__builtin_cpu_supports` takes them; empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    known = {"x86-64-v2": _V2, "x86-64-v3": _V3, "x86-64-v4": _V4}
    return frozenset(name for name, needed in known.items() if needed <= flags)
