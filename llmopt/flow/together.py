"""Several things at once, as far as the processors that this process may use go."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
#: More compilers at once fill the memory of a small machine.
_MOST = 8


def workers() -> int:
    """How many compilers may run at once."""
    return max(1, min(_MOST, len(os.sched_getaffinity(0))))


def together(calls: Sequence[Callable[[], _T]]) -> list[_T]:
    """What calls return, in their order; they wait for processes, so threads do.

    Nothing of them runs any more when this ends, however it does. Raises what the first raises.
    """
    if len(calls) < 2 or workers() < 2:
        return [call() for call in calls]
    pool = ThreadPoolExecutor(workers())
    try:
        return [running.result() for running in [pool.submit(call) for call in calls]]
    finally:
        pool.shutdown(cancel_futures=True)
