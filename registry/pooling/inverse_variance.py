"""Trials' effects with their variances: the common effect, Paule and Mandel's spread between trials, and the mean that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.pooling.segments import Array, Segments
from registry.pooling.special import chdtrc

__all__ = ["Spread", "common", "paule_mandel", "spread"]


@dataclass(frozen=True)
class Spread:
    """By stratum; nan for one trial."""

    q: Array
    """Cochran's Q."""
    q_p: Array
    """Its p value: chi-squared, k − 1."""
    typical: Array
    """The typical variance within trials (10.1002/sim.1186, equation 9)."""

    def i2(self, tau2: Array) -> Array:
        """Per cent of the spread that isn't chance."""
        return np.asarray(100 * tau2 / (tau2 + self.typical))


def common(segments: Segments, effects: Array, variances: Array) -> tuple[Array, Array]:
    """The mean weighted by inverse variance, and its standard error."""
    weights = 1 / variances
    total = segments.sums(weights)
    return segments.sums(weights * effects) / total, total**-0.5


def spread(segments: Segments, effects: Array, variances: Array) -> Spread:
    """What shows the spread between trials before any of it is modelled."""
    mean, _ = common(segments, effects, variances)
    weights, df = 1 / variances, segments.sizes - 1
    q = segments.sums(weights * (effects - mean[segments.of]) ** 2)
    total = segments.sums(weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        typical = df * total / (total**2 - segments.sums(weights**2))
        return Spread(np.where(df > 0, q, np.nan), np.where(df > 0, chdtrc(df, q), np.nan), np.where(df > 0, typical, np.nan))


def paule_mandel(segments: Segments, effects: Array, variances: Array) -> Array:
    """tau² at which Q, weighted by it, equals its degrees of freedom; else zero (10.6028/jres.087.022).

    Q falls with tau² and is convex, so Newton's steps from zero come up to the root and never pass it.
    """
    tau2 = np.zeros(len(segments))
    alive = np.flatnonzero(segments.sizes > 1)
    while len(alive):
        mask = np.zeros(len(segments), dtype=bool)
        mask[alive] = True
        some, trials = segments.chosen(mask)
        y, total = effects[trials], variances[trials] + tau2[alive][some.of]
        mean, _ = common(some, y, total)
        squares = (y - mean[some.of]) ** 2 / total
        excess = some.sums(squares) - (some.sizes - 1)
        slope = some.sums(squares / total)
        step = np.where(excess > 0, excess / np.where(excess > 0, slope, 1), 0)
        going = (step > 1e-15 * tau2[alive]) & (excess > 1e-13 * some.sizes)
        alive = alive[going]
        tau2[alive] += step[going]
    return tau2
