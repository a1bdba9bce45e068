"""The lowest and the highest that a pooled figure can be: see :mod:`registry.pooling.bounds`, which finds them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bounds", "Extreme"]


@dataclass(frozen=True)
class Extreme:
    """The figure at one end, from which trials it is, and what these trials' own pooling gives as a 95% interval."""

    estimate: float
    low: float
    high: float
    k: int
    taken: tuple[str, ...]
    """Those of the open trials that are in it."""


@dataclass(frozen=True)
class Bounds:
    """The lowest and the highest value that a pooled figure can have. ``open_`` names the trials that may or may not belong to it."""

    lowest: Extreme
    highest: Extreme
    open_: tuple[str, ...]
