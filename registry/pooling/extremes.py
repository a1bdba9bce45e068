"""The lowest and the highest that a pooled figure can be: see :mod:`registry.pooling.bounds`, which finds them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bounds", "Extreme"]


@dataclass(frozen=True)
class Extreme:
    """What the trials at one end give when they are pooled by themselves, with its 95% interval, and which of the open trials they are."""

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
