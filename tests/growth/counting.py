"""How many functions are called: the same number on every machine, however busy it is."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["LINEAR", "calls", "growth"]

TIMES = 4
LINEAR = TIMES * 1.25
"""What growth may come to: a quarter is left to what isn't of the size. A square comes to 16."""

_FEW = 2_000
"""Calls that say nothing: what some cache or other costs more or less."""


def calls(work: Callable[[], object]) -> int:
    """The functions that ``work`` calls, Python's and C's; each step of a generator is one. A loop inside C counts as one call."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before, collects = sys.getprofile(), gc.isenabled()
    gc.collect()
    gc.disable()  # what earlier work has left is cleared away by calls too
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()
    return counted


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as many calls a size costs when it becomes :data:`TIMES` as large, apart from what the smallest size costs.

    ``work`` is given a size, prepares it and returns what is to be counted. What a first run imports and keeps isn't counted.
    """
    work(1)()
    least, few, many = (calls(work(n)) for n in (1, size, size * TIMES))
    return max(many - least, _FEW) / max(few - least, _FEW)
