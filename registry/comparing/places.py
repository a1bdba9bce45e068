"""Places of rates, dimension by dimension, and which of many agree with one."""

from __future__ import annotations

import functools
import operator
from collections import defaultdict
from collections.abc import Iterable

__all__ = ["Near", "Place", "agree"]

Place = tuple[frozenset[object] | None, ...]
"""Where a rate belongs, dimension by dimension: the values it may have; None agrees with anything."""


def agree(one: Place, other: Place) -> bool:
    """Whether two places share a value in each dimension in which both state some."""
    return not any(x is not None and y is not None and x.isdisjoint(y) for x, y in zip(one, other, strict=True))


class Near:
    """Places, and which of them agree with another: in no dimension do both state values and share none.

    A place is a bit of a number, in their order: for each dimension and value there is the number of the places that may have it.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        self.open: list[int] = []
        self.having: list[dict[object, int]] = []
        for dimension in zip(*self.places, strict=True):
            left, having = 0, defaultdict[object, int](int)
            for n, values in enumerate(dimension):
                if values is None:
                    left |= 1 << n
                else:
                    for value in values:
                        having[value] |= 1 << n
            self.open.append(left)
            self.having.append(having)

    def agreeing(self, place: Place) -> tuple[Place, ...]:
        """Those that agree with a place, in their order."""
        bits = (1 << len(self.places)) - 1
        # Where there is no place, no dimension is known either.
        for values, left, having in zip(place, self.open, self.having, strict=False):
            if values is not None:
                bits &= functools.reduce(operator.or_, (having.get(value, 0) for value in values), left)
        return tuple(other for n, other in enumerate(self.places) if bits >> n & 1)
