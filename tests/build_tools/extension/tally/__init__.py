"""Counts bytes, in C."""

from ._tally import count, origin

__all__ = ["count", "origin"]
