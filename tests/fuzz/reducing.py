"""Smaller cases than one that failed. One of them that fails in the same way tells sooner what is wrong.

A case is made smaller in steps: a step is the place of a candidate among those of the case before, so that it can be had again from
seed, number and steps alone. A kind of case that holds more than bytes has a function ``smaller`` of its own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from types import ModuleType
from typing import Any

__all__ = ["cuttings", "reduced", "same_fault", "smaller"]

_PIECES = 64
"""Pieces, at most, of which each is left out in turn."""


def cuttings(content: bytes) -> Iterator[bytes]:
    """The content without one of its halves, quarters and so on, in whole lines where it has many."""
    parts = content.splitlines(keepends=True)
    units: Sequence[bytes] = parts if len(parts) > 1 else [content[i : i + 1] for i in range(len(content))]
    pieces = 2
    while pieces <= _PIECES and pieces // 2 < len(units):
        size = -(-len(units) // pieces)
        for start in range(0, len(units), size):
            yield b"".join([*units[:start], *units[start + size :]])
        pieces *= 2


def smaller(case: Any) -> Iterator[Any]:
    """The case, a dataclass, with less in one of its members that are bytes."""
    for member in fields(case):
        value = getattr(case, member.name)
        if isinstance(value, bytes):
            yield from (replace(case, **{member.name: less}) for less in cuttings(value))


def reduced(module: ModuleType, case: Any, steps: Sequence[int]) -> Any:
    """The case after so many steps, or None where there is no such candidate."""
    candidates: Callable[[Any], Iterator[Any]] = getattr(module, "smaller", smaller)
    for step in steps:
        case = next(itertools.islice(candidates(case), step, None), None)
        if case is None:
            return None
    return case


def same_fault(one: str, other: str) -> bool:
    """Whether two faults are of one kind: what was raised or how it ended, whatever the figures and names. What a check of ours says counts
    word for word: with less in the case, something else may be missing.
    """
    kinds = [fault.strip().splitlines()[-1] for fault in (one, other)]
    return kinds[0] == kinds[1] or (
        "AssertionError" not in kinds[0] and len({re.split("[:0-9]", kind)[0] for kind in kinds}) == 1
    )
