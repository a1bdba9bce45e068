"""How far a pooled figure depends on trials that may not belong to its stratum: the lowest and the highest that it can be.

Each trial that leaves a word open is either in the stratum or not. Were it known how much trials differ, the figure would be where the slopes of the
trials' likelihoods cancel, and a trial would raise it if its slope there were upward. So the two sets that draw it furthest are found with that
held at what all of the trials say, without a search through two to the power of the trials; each is then pooled as any trials are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

import numpy as np

from registry.pooling.counts import Counts, Pair
from registry.pooling.extremes import Bounds, Extreme
from registry.pooling.likelihoods import Binomial
from registry.pooling.marginal import score
from registry.pooling.random_effects import Pooled, pooled_effects, pooled_rates
from registry.pooling.segments import Array, Segments
from registry.pooling.tables import FEW

__all__ = ["Bounds", "Extreme", "bounds_of_effect", "bounds_of_rates"]

_SIGNS = (-1, 1)
"""Of the lowest and of the highest."""
_FAR = 15.0
"""A mean on the logit scale beyond which a rate is none or all: three in ten million."""
_ALIKE = 1e-3
"""A tau below it is none."""
_ROUNDS = 60

_Trial = TypeVar("_Trial", Counts, Pair)


def bounds_of_rates(strata: Sequence[tuple[Sequence[Counts], Collection[str]]]) -> list[Bounds | None]:
    """Of each stratum the bounds of its rate; with each go the labels of its open trials. None where no trial is open, or there is only one."""
    asked = [i for i, (trials, open_) in enumerate(strata) if len(trials) > 1 and any(one.label in open_ for one in trials)]
    if not asked:
        return [None] * len(strata)
    chosen = [strata[i] for i in asked]
    every = [one for trials, _ in chosen for one in trials]
    segments = Segments([len(trials) for trials, _ in chosen])
    likelihood = Binomial(np.array([one.events for one in every]), np.array([one.n for one in every]))
    whole = pooled_rates([trials for trials, _ in chosen])
    tau = np.sqrt([_tau2(found) for found in whole])[segments.of]

    def slope(mean: Array) -> Array:
        return np.where(tau < _ALIKE, likelihood.slopes(mean)[0], score(likelihood, mean, np.maximum(tau, _ALIKE)).by_mean)

    open_ = [one.label in names for trials, names in chosen for one in trials]
    found = _extremes(segments, slope, np.array(open_), every=every, whole=whole, pool=pooled_rates)
    by_place = dict(zip(asked, found, strict=True))
    return [by_place.get(i) for i in range(len(strata))]


def bounds_of_effect(pairs: Sequence[Pair], open_: Collection[str], pooled: Pooled) -> Bounds | None:
    """The bounds of an effect that was pooled over pairs by the inverse of their variances. None where no pair is open, there is only one, or a cell is
    so small that the effect isn't pooled in this way.
    """
    if len(pairs) < 2 or not any(pair.label in open_ for pair in pairs) or any(min(pair.cells) < FEW for pair in pairs):
        return None
    effects = np.array([trial.model_estimate for trial in pooled.trials])
    variances = np.array([trial.model_se**2 for trial in pooled.trials]) + _tau2(pooled)
    found = _extremes(
        Segments([len(pairs)]),
        lambda mean: (effects - mean) / variances,
        np.array([pair.label in open_ for pair in pairs]),
        every=list(pairs),
        whole=[pooled],
        pool=lambda some: [one[pooled.measure] for one in pooled_effects(some)],
    )
    return found[0]


def _tau2(pooled: Pooled) -> float:
    return pooled.tau2 or 0.0


def _extremes(
    segments: Segments,
    slope: Callable[[Array], Array],
    open_: Array,
    *,
    every: Sequence[_Trial],
    whole: Sequence[Pooled],
    pool: Callable[[list[list[_Trial]]], list[Pooled]],
) -> list[Bounds]:
    """``whole`` is what all trials of each stratum give: that is one of the figures between which the extremes lie."""
    ends = [0, *np.cumsum(segments.sizes).tolist()]
    ranges = [range(*ends[i : i + 2]) for i in range(len(segments))]
    taken = [_taken(segments, slope, open_, sign) for sign in _SIGNS]
    pooled = pool([[every[j] for j in trials if inside[j]] for trials in ranges for inside in taken])
    names = [tuple(every[j].label for j in trials if open_[j]) for trials in ranges]

    def told(i: int, side: int) -> Extreme:
        drawn = tuple(every[j].label for j in ranges[i] if open_[j] and taken[side][j])
        found = ((pooled[2 * i + side], drawn), (whole[i], names[i]))
        of, inside = max(found, key=lambda one: _SIGNS[side] * one[0].estimate)
        return Extreme(of.estimate, of.low, of.high, of.k, inside)

    return [Bounds(told(i, 0), told(i, 1), names[i]) for i in range(len(ranges))]


def _taken(segments: Segments, slope: Callable[[Array], Array], open_: Array, sign: int) -> Array:
    """By trial, whether it is in where the mean of its stratum is highest (lowest for a sign of −1).

    An open trial is in if it draws the mean that way. The sum of the slopes falls as the mean rises, so its root is found by halving.
    """

    def drawn(mean: Array) -> Array:
        own = sign * slope(sign * mean[segments.of])
        return np.where(open_, np.maximum(own, 0), own)

    low, high = np.full(len(segments), -_FAR), np.full(len(segments), _FAR)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        up = segments.sums(drawn(middle)) > 0
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    taken: Array = ~open_ | (drawn(low) > 0)
    # Trials of which none or all had the event are equally far away, wherever the mean is.
    alike = segments.sums(taken.astype(float)) == 0
    return np.asarray(taken | alike[segments.of])
