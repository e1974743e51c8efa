"""Names of what takes locks and orders memory, at whatever level they are called."""

from __future__ import annotations

import re

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
