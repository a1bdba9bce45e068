"""How far a pooled figure depends on trials that may not belong to its stratum: the lowest and the highest that it can be.

Each trial that leaves a word open is either in the stratum or not. What draws the figure down furthest is nearly always some number of the open
trials whose own figures are lowest, and what draws it up some number of the highest. So these are pooled, as any trials are, in the place of two to
the power of the open trials; docs/comparing.md says how often that is not all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

from registry.pooling.counts import Counts, Pair
from registry.pooling.extremes import Bounds, Extreme
from registry.pooling.random_effects import Pooled, pooled_effects, pooled_rates
from registry.pooling.tables import SPARSE_BELOW

__all__ = ["Bounds", "Extreme", "bounds_of_effect", "bounds_of_rates"]

_LOWEST, _HIGHEST = -1, 1
_AT_ONCE = 16
"""How many numbers of open trials are tried at once: all of them, or so many evenly, and then those around the best."""

_Trial = TypeVar("_Trial", Counts, Pair)


@dataclass(frozen=True)
class _Stratum(Generic[_Trial]):
    """Trials, which of them are open, in the order of their own figures from the lowest, and what was pooled: by the open trials that are in."""

    trials: Sequence[_Trial]
    order: Sequence[int]
    pooled: dict[frozenset[int], Pooled] = field(default_factory=dict)

    def taken(self, number: int, side: int) -> frozenset[int]:
        """So many of the open trials from one end of the order."""
        return frozenset(self.order[:number] if side == _LOWEST else self.order[len(self.order) - number :])

    def within(self, taken: frozenset[int]) -> list[_Trial]:
        """The trials of the stratum, were these the open trials in it."""
        out = {*self.order} - taken
        return [one for place, one in enumerate(self.trials) if place not in out]

    @property
    def bounds(self) -> Bounds:
        """Between the figures that were pooled."""
        ends = (furthest(self.pooled, key=lambda taken: self.pooled[taken].estimate) for furthest in (min, max))
        lowest, highest = (self._extreme(taken) for taken in ends)
        return Bounds(lowest, highest, self._labels(self.order))

    def _extreme(self, taken: frozenset[int]) -> Extreme:
        of = self.pooled[taken]
        return Extreme(of.estimate, of.low, of.high, of.k, self._labels(taken))

    def _labels(self, places: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.trials[place].label for place in sorted(places))


def bounds_of_rates(strata: Sequence[tuple[Sequence[Counts], Collection[str]]]) -> list[Bounds | None]:
    """Of each stratum the bounds of its rate; with each go the labels of its open trials. None where no trial is open, or there is only one."""
    asked = [
        _Stratum(trials, sorted((i for i, one in enumerate(trials) if one.label in open_), key=lambda i: _rate(trials[i])))
        for trials, open_ in strata
    ]
    _search([one for one in asked if _has_bounds(one)], pooled_rates)
    return [one.bounds if _has_bounds(one) else None for one in asked]


def bounds_of_effect(pairs: Sequence[Pair], open_: Collection[str], pooled: Pooled) -> Bounds | None:
    """The bounds of an effect that was pooled over pairs by the inverse of their variances. None where no pair is open, there is only one, or a cell is
    so small that the effect isn't pooled in this way.
    """
    own = [trial.model_estimate for trial in pooled.trials]
    places = (i for i, pair in enumerate(pairs) if pair.label in open_)
    if any(min(pair.cells) < SPARSE_BELOW for pair in pairs):
        return None
    stratum = _Stratum(pairs, sorted(places, key=lambda i: own[i]))
    if not _has_bounds(stratum):
        return None
    _search([stratum], lambda some: [effects[pooled.measure] for effects in pooled_effects(some)])
    return stratum.bounds


def _rate(trial: Counts) -> float:
    """The trial's rate, by which none of 50 is lower than none of 5."""
    return (trial.events + 0.1) / (trial.n + 0.2)


def _has_bounds(stratum: _Stratum[_Trial]) -> bool:
    return len(stratum.trials) > 1 and bool(stratum.order)


def _search(strata: Sequence[_Stratum[_Trial]], pool: Callable[[list[list[_Trial]]], Sequence[Pooled]]) -> None:
    """Pool what the open trials at either end of each stratum give, for the numbers of them between which the best may lie."""
    fewest = [int(len(one.order) == len(one.trials)) for one in strata]
    spans = {(i, side): range(fewest[i], len(one.order) + 1) for i, one in enumerate(strata) for side in (_LOWEST, _HIGHEST)}
    while spans:
        tried = {key: _spread(span) for key, span in spans.items()}
        sets = {(i, strata[i].taken(number, side)): None for (i, side), numbers in tried.items() for number in numbers}
        new = [(i, taken) for i, taken in sets if taken not in strata[i].pooled]
        for (i, taken), found in zip(new, pool([strata[i].within(taken) for i, taken in new]), strict=True):
            strata[i].pooled[taken] = found
        spans = {}
        for (i, side), numbers in tried.items():
            if any(b - a > 1 for a, b in pairwise(numbers)):
                heights = [side * strata[i].pooled[strata[i].taken(number, side)].estimate for number in numbers]
                spans[i, side] = _around(numbers, heights)


def _spread(span: range) -> list[int]:
    """The numbers of a span, or so many of them, evenly, with both ends."""
    steps = min(len(span), _AT_ONCE) - 1
    return [span[i * (len(span) - 1) // steps] for i in range(steps + 1)] if steps else [*span]


def _around(numbers: Sequence[int], heights: Sequence[float]) -> range:
    """From the number before the one with the greatest height to the one after it."""
    best = max(range(len(numbers)), key=lambda i: heights[i])
    return range(numbers[max(best - 1, 0)], numbers[min(best + 1, len(numbers) - 1)] + 1)
