"""Work that goes on when whoever waits for this process has gone on."""

from __future__ import annotations

import os

#: Added to the priority of such work: the build comes first.
_NICE = 10


def stay_behind() -> bool:
    """Forks: this process gets False and ends soon; its child gets True and does the work.

    Without a second thread: open files and locks are shared with the parent until that one ends.
    """
    if os.fork() != 0:
        return False
    os.nice(_NICE)
    return True
