"""bubblewrap: what a program under test sees of the machine, and what of the caller's environment.

It has no network, no capabilities and no further user namespaces, sees its own processes only, and
a read-only file system in which homes, temporary directories and sockets of the machine are not.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

#: Variables without which programs print other texts, or are not found. All others stay outside:
#: what a caller keeps there is nobody's business, and keys are among it.
_PASSED = re.compile(r"PATH|LANG|LANGUAGE|LC_\w+|TZ|TERM|LD_LIBRARY_PATH")

#: Where people's files and the sockets of services are. Each is empty inside.
_HIDDEN = ("/home", "/root", "/run")
#: Of those, what some systems keep their programs in.
_SHOWN = ("/run/current-system", "/run/opengl-driver")
#: What root could change of the machine, by owning it.
_OF_THE_KERNEL = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus")
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - the child's own, gone with it


@dataclass(frozen=True)
class View:
    """What is there inside: `writable` directories can be changed, `visible` ones read although
    they are below a hidden one. `tmp` is the size of each temporary directory in bytes.
    """

    cwd: str
    visible: Sequence[str] = ()
    writable: Sequence[str] = ()
    tmp: int = 1_000_000


def environment(given: Mapping[str, str], names: Iterable[str] = ()) -> dict[str, str]:
    """What a program under test gets of an environment: a list, and `names` besides."""
    wanted = set(names)
    kept = {k: v for k, v in given.items() if _PASSED.fullmatch(k) or k in wanted}
    return {"HOME": "/nonexistent", **kept}


def bubblewrap_works() -> bool:
    """Whether bubblewrap is installed and may make namespaces here."""
    return _options() is not None


def isolated(view: View, info: int) -> list[str]:
    """The words in front of a program under test; bubblewrap says on descriptor `info` which
    process is the first of the namespace. Only where `bubblewrap_works`.
    """
    options = _options()
    assert options is not None
    return [*_words(view, options), "--json-status-fd", str(info), "--"]


def contained() -> list[str]:
    """The words in front of a command that may do what its user may, but whose processes end with
    it, and with us. Only where `bubblewrap_works`.
    """
    return [
        *("bwrap", "--dev-bind", "/", "/", "--proc", "/proc"),
        *("--unshare-pid", "--die-with-parent", "--"),
    ]


#: What bubblewrap before 0.8 does not know: a size of temporary directories; an end to namespaces.
_NEW = ("--size", "--disable-userns")


@cache
def _options() -> tuple[str, ...] | None:
    """Which of the newer options bubblewrap knows; None where it does not work."""
    if not shutil.which("bwrap"):
        return None
    for options in (_NEW, ()):
        # Exactly what isolated jobs get: where one part is refused, none of it can be relied on.
        probe = [*_words(View("/"), options), "--", "true"]
        try:
            if subprocess.run(probe, capture_output=True, check=False, timeout=20).returncode == 0:
                return options
        except subprocess.TimeoutExpired:
            return None
    return None


def _words(view: View, options: Sequence[str]) -> list[str]:
    size = ["--size", str(view.tmp)] if "--size" in options else []
    temporary = [word for path in _TEMPORARY for word in (*size, "--tmpfs", path)]
    hidden = [path for path in _hidden() if os.path.isdir(path)]
    # The root is there already; bound once more it would cover what is the child's own.
    visible = [path for path in (view.cwd, *view.visible) if path != "/"]
    return [
        "bwrap",
        *("--ro-bind", "/", "/"),
        *("--dev", "/dev"),
        *("--proc", "/proc"),
        *(word for path in _OF_THE_KERNEL for word in ("--ro-bind-try", path, path)),
        *temporary,
        *("--remount-ro", "/dev"),
        *(word for path in hidden for word in ("--tmpfs", path)),
        *(word for path in _secrets() for word in ("--ro-bind", "/dev/null", path)),
        *(word for path in _SHOWN for word in ("--ro-bind-try", path, path)),
        *(word for path in visible for word in ("--ro-bind", path, path)),
        *(word for path in view.writable for word in ("--bind", path, path)),
        *(word for path in hidden for word in ("--remount-ro", path)),
        *("--chdir", view.cwd),
        "--unshare-all",
        *(("--unshare-user", "--disable-userns") if "--disable-userns" in options else ()),
        # Root keeps them otherwise, and could take away what hides the rest.
        *("--cap-drop", "ALL"),
        "--die-with-parent",
    ]


def _hidden() -> list[str]:
    """Directories to hide, none below another one. A home that is the root cannot be hidden."""
    homes = [os.path.expanduser("~")]
    try:
        homes.append(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        pass  # a user without an entry, as in some containers, has no other home
    found = {os.path.realpath(path) for path in (*_HIDDEN, *homes)} - {"/", *_TEMPORARY}
    above = (*found, *_TEMPORARY)
    return sorted(p for p in found if not any(p.startswith(f"{other}/") for other in above))


@cache
def _secrets() -> tuple[str, ...]:
    """For root, who owns them: what other users may not read of the machine's configuration."""
    return tuple(sorted(_unreadable("/etc"))) if os.geteuid() == 0 else ()


def _unreadable(directory: str, *, closed: bool = False) -> Iterator[str]:
    """The files that others may not read, for what they are or for the directory they are in."""
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_symlink():
                continue
            mode = entry.stat().st_mode
            if entry.is_file() and (closed or not mode & 0o004):
                yield entry.path
            elif entry.is_dir():
                yield from _unreadable(entry.path, closed=closed or not mode & 0o001)
