"""Configure scripts in the manner of Autoconf, and plain make."""

from __future__ import annotations

import pytest

from tests.conftest import need

from .support import Checker, Sample, Way

MAKE = ("make", "-C", "build", "-j2")
PLAIN = (*MAKE, "-f", "../Makefile.in", "CFLAGS=-O2", "source=..")
BY_HAND = ("sh", "-c", "mkdir build && echo '#define HAVE_STDINT_H 1' >build/config.h")


def configure(compiler: str) -> tuple[str, ...]:
    return ("sh", "-c", f'mkdir build && cd build && ../configure CC="{compiler}"')


def way(**more) -> Way:
    return Way(
        **{
            "plain": configure("cc"),
            "build": MAKE,
            "variables": {},
            "swapped": ("hot.o",),
            "changed": r"hot\.o$|libpart\.a$|program$",
            **more,
        }
    )


WAYS = {
    "configure-CC_words": way(configure=configure("llmopt cc")),
    "configure-CC_words-llmopt_ccache": way(configure=configure("llmopt ccache cc")),
    "plain_make-CC_words": way(
        configure=BY_HAND,
        plain=BY_HAND,
        build=(*PLAIN, "CC=llmopt cc"),
        plain_build=(*PLAIN, "CC=cc"),
    ),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_build_by(sample: Sample, checker: Checker, name: str) -> None:
    need("make", "g++", "cc")
    if "ccache" in name:
        need("ccache")
    checker.check(sample, WAYS[name])
