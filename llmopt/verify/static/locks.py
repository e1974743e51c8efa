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


#: What stands before what is used in a sequence of names, where it orders them: a call of a lock, a
#: fence, an atomic access. Alone it is the beginning of the function.
ORDERS = "*"


def orders(name: str) -> bool:
    """Whether what stands behind a call of this is in another critical section: signals are not."""
    return is_lock(name) and not re.search(r"signal|broadcast|pthread_(?:self|equal)", name)


def gives_back(name: str) -> bool:
    """Whether this gives a lock back: on each way out of a function there may be one."""
    return bool(re.search(r"unlock|Unlock|release|Release|sem_post", name))


def moved(old: Iterable[str], new: Iterable[str]) -> str | None:
    """A name that is used behind another lock, fence or atomic access than it was.

    Both are names of memory in order of the text; those that start with `ORDERS` order the ones
    behind them. None where there is nothing to move.
    """
    before = set(_placed(old))
    if all(order == ORDERS for _, order in before):
        return None
    return min((name for name, _ in set(_placed(new)) - before), default=None)


def _placed(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each name with what ordered last before it."""
    order = ORDERS
    for name in names:
        if name.startswith(ORDERS):
            order = name
        else:
            yield name, order
