"""Names of what takes locks and orders memory, at whatever level they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: Words of a name, set apart by underscores or capitals: `block` and `clock` are none.
_LOCKS = re.compile(
    r"(?:^|_)(?:(?:try|un|rd|wr|spin|seq|r|w)*lock(?:ed|s)?|mutex\w*|mtx|futex|(?:mem|rw|w|r)?fence"
    r"|(?:s?mp_)?[rw]?mb|barrier|acquire|release|call_once|once|sem_(?:try|timed)?wait|sem_post"
    r"|rcu\w*|cond_\w+|cnd_\w+)(?:_|\d|$)"
    r"|(?:^|[a-z_])(?:Try|Un)?(?:Lock|Mutex|Unlock|Fence|Barrier|Acquire|Release)(?![a-z])"
)
_ATOMIC = re.compile(r"__(?:sync|atomic|c11_atomic)_\w+|atomic_\w+")


def is_lock(name: str) -> bool:
    """Whether a function of this name takes or gives back a lock, or orders memory."""
    return bool(_LOCKS.search(name) or name.startswith("pthread_"))


def is_atomic(name: str) -> bool:
    """Whether this is an atomic builtin, or libatomic's or C11's function."""
    return bool(_ATOMIC.fullmatch(name))


#: What stands in a sequence of names for a fence, an atomic access or the call of a lock.
ORDERS = "*"


def moved(old: Iterable[str], new: Iterable[str]) -> str | None:
    """A name that is used on another side of a lock, fence or atomic access than it was.

    Both are names of memory in order of the text, with `ORDERS` among them; None where there is
    nothing to move.
    """
    before = set(_stretches(old))
    if not any(stretch for _, stretch in before):
        return None
    return min((name for name, _ in set(_stretches(new)) - before), default=None)


def _stretches(names: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each name with the number of locks and fences before it."""
    passed = 0
    for name in names:
        if name == ORDERS:
            passed += 1
            yield "", passed
        else:
            yield name, passed
