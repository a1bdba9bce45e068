"""The axis under a block's picture: where a value stands, where the picture ends, and what is marked on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from registry.forest.lines import Line
from registry.pooling.scales import Scale

__all__ = ["Axis", "axis_of"]

_RULES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where lines go through the block on a whole axis, as shares of it; every other one is marked."""

_RATIO_TICKS = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 2, 5, 10, 20, 50, 100, 1000)

_FARTHEST = 1e300
"""A ratio of zero or infinity is drawn far outside the picture."""


@dataclass(frozen=True)
class Axis:
    """The picture's scale: where a value stands, its ends, which values are marked, and which have a line through the block."""

    place: Callable[[float], float]
    low: float
    high: float
    ticks: tuple[float, ...]
    rules: tuple[float, ...]

    def within(self, value: float) -> float:
        """Where a value stands, or the end beyond which it lies."""
        return self.place(min(max(value, self.low), self.high))


def axis_of(scale: Scale, lines: Sequence[Line], left: float, right: float, wide: Callable[[str], float]) -> Axis:
    """The axis for the lines, between the picture's ends in mm; ``wide`` is how wide a mark's words are, in mm."""
    if scale.none is None:
        low, high = scale.limits
        rules = tuple(low + share * (high - low) for share in _RULES)
        return Axis(_placing(float, low, high, left, right), low, high, rules[::2], rules)
    if scale.axis == "log":
        low, high = _about_one(lines)
        place = _placing(_log, low, high, left, right)
        ticks: Iterator[float] = iter(_RATIO_TICKS)
    else:
        low, high = _about(scale.none, lines, scale.limits)
        place = _placing(float, low, high, left, right)
        ticks = _round_numbers(scale.none, high - low)
    kept = [scale.none]
    # Words of neighbours may not run into each other where the axis is long; no effect always stays.
    middle = place(scale.none)
    for tick in sorted((t for t in ticks if low <= t <= high), key=lambda t: abs(place(t) - middle), reverse=True):
        words = wide(scale.tick(tick))
        if all(abs(place(tick) - place(other)) > (words + wide(scale.tick(other))) / 2 + 0.8 for other in kept):
            kept.append(tick)
    return Axis(place, low, high, tuple(sorted(kept)), (low, scale.none, high))


def _log(ratio: float) -> float:
    return math.log(min(max(ratio, 1 / _FARTHEST), _FARTHEST))


def _placing(along: Callable[[float], float], low: float, high: float, left: float, right: float) -> Callable[[float], float]:
    start, span = along(low), along(high) - along(low)
    return lambda value: left + (right - left) * (along(value) - start) / span


def _points_and_ends(lines: Sequence[Line]) -> tuple[list[float], list[tuple[float, float]]]:
    points = [line.estimate for line in lines if line.estimate is not None]
    return points, [(line.low, line.high) for line in lines if line.low is not None and line.high is not None]


def _about_one(lines: Sequence[Line]) -> tuple[float, float]:
    """Ends of a ratio's axis: 1, all estimates, and of the intervals no more than leaves those readable."""
    points, ends = _points_and_ends(lines)
    low = max(min([0.8, *(one for one, _ in ends)]), min([*points, 0.8]) / 4)
    high = min(max([1.25, *(other for _, other in ends)]), max([*points, 1.25]) * 4)
    # Room for a tick on either side of 1.
    return min(low, 0.48) / 1.04, max(high, 2.08) * 1.04


def _about(none: float, lines: Sequence[Line], limits: tuple[float, float]) -> tuple[float, float]:
    """Ends of a linear axis: no effect, all estimates, and of the intervals no more than leaves those readable."""
    points, ends = _points_and_ends(lines)
    widest = max((other - one for one, other in ends if math.isfinite(other - one)), default=0.0)
    reach = max([abs(point - none) for point in points], default=0.0) or widest / 2 or 1.0
    low = max(min([none, *points, *(one for one, _ in ends)]), min([none, *points]) - 2 * reach)
    high = min(max([none, *points, *(other for _, other in ends)]), max([none, *points]) + 2 * reach)
    # Room for a tick on either side of no effect, and a little beyond the last figure.
    room = 0.25 * (high - low)
    low, high = min(low, none - room), max(high, none + room)
    pad = 0.03 * (high - low)
    return max(low - pad, limits[0] - pad), min(high + pad, limits[1] + pad)


def _round_numbers(none: float, span: float) -> Iterator[float]:
    """1, 2 and 5 times the powers of ten on either side of no effect, down to what an axis of that length can tell apart."""
    power = math.floor(math.log10(span)) - 1
    for factor in (10.0**p * digit for p in range(power, power + 3) for digit in (1, 2, 5)):
        yield from (none - factor, none + factor)
