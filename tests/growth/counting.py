"""How many functions are called: the same number on every machine, however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["calls", "growth"]


def calls(work: Callable[[], object]) -> int:
    """The functions that ``work`` calls, Python's and C's; each step of a generator is one. A loop inside C counts as one call."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def growth(work: Callable[[int], Callable[[], object]], size: int, *, times: int = 4) -> float:
    """How many times the calls become when the size becomes ``times`` as large: ``times`` is linear, its square quadratic.

    ``work`` is given a size, prepares it and returns what is to be counted. What a first run imports and keeps isn't counted.
    """
    work(size)()
    few, many = (calls(work(n)) for n in (size, size * times))
    return many / few
