"""The mean of all trials and tau by maximum likelihood: trials' own values normal about the mean, their counts exact."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from registry.pooling.likelihoods import Likelihood
from registry.pooling.marginal import score
from registry.pooling.segments import Array, Segments

__all__ = ["Maximum", "maximum", "mean_given_tau"]

_NONE = 1e-3
"""A tau below it, on a scale where rates differ by ones, is none."""
_ROUNDS = 100
_CLOSE = 1e-2
"""A step of the mean after which the next is the last: it is the square of that, or what the rougher rule is off."""


class Maximum(NamedTuple):
    """By stratum, on the model's scale."""

    mean: Array
    se: Array
    """Of the mean, from the observed information about both."""
    tau: Array


def mean_given_tau(segments: Segments, likelihood: Likelihood, tau: Array, start: Array) -> tuple[Array, Array, Array]:
    """For each tau of a stratum (second axis): the mean at the maximum, its variance there, and the height of the maximum.

    The first tau is none at all.
    """
    mean, variance, height = (np.empty(tau.shape) for _ in range(3))
    mean[:, 0], error = _common(segments, likelihood, start[:, 0])
    variance[:, 0], height[:, 0] = error**2, segments.sums(likelihood(mean[segments.of, 0]))
    mean[:, 1:], far = start[:, 1:], np.ones(len(segments), dtype=bool)
    for _ in range(_ROUNDS):
        some, trials = segments.chosen(far)
        slope, curvature, _ = _at(some, likelihood.chosen(trials), mean[far, 1:], tau[far, 1:], roughly=True)
        step = np.clip(slope / np.maximum(curvature, 1e-9), -1, 1)
        mean[far, 1:] += step
        far[far] = np.abs(step).max(axis=1) > _CLOSE
        if not far.any():
            break
    # From so close, one step by the finer rule leads there.
    slope, curvature, value = _at(segments, likelihood, mean[:, 1:], tau[:, 1:])
    variance[:, 1:] = 1 / np.maximum(curvature, 1e-12)
    mean[:, 1:] += slope * variance[:, 1:]
    height[:, 1:] = value + slope**2 * variance[:, 1:] / 2
    return mean, variance, height


def _at(
    segments: Segments, likelihood: Likelihood, mean: Array, tau: Array, *, roughly: bool = False
) -> tuple[Array, Array, Array]:
    """By stratum, the likelihood's slope and curvature in the mean, and its logarithm."""
    at = score(likelihood, mean[segments.of], tau[segments.of], roughly=roughly)
    return segments.sums(at.by_mean), -segments.sums(at.mean_mean), segments.sums(at.value)


def _common(segments: Segments, likelihood: Likelihood, start: Array) -> tuple[Array, Array]:
    """The mean and its standard error where trials don't differ."""
    mean, there = start, np.zeros(len(segments), dtype=bool)
    for _ in range(50):
        slope, information = (segments.sums(one) for one in likelihood.slopes(mean[segments.of]))
        step = np.clip(slope / np.maximum(information, 1e-12), -1, 1)
        mean = np.where(there, mean, mean + step)
        there |= np.abs(step) < 1e-10
        if there.all():
            break
    _, information = likelihood.slopes(mean[segments.of])
    return mean, segments.sums(information) ** -0.5


def maximum(segments: Segments, likelihood: Likelihood, mean: Array, tau: Array) -> Maximum:
    """The maximum, sought from ``mean`` and ``tau``; each stratum's likelihood must have one.

    Newton's steps in both, halved where the likelihood would fall. Where tau dies out, the maximum is where trials don't differ.
    """
    mean, tau = mean.astype(float), np.maximum(tau, 0.05).astype(float)
    se = np.full(len(segments), np.nan)
    before = np.full(len(segments), -np.inf)
    step = np.zeros((2, len(segments)))
    alive = np.arange(len(segments))
    for _ in range(_ROUNDS):
        if not len(alive):
            break
        mask = np.zeros(len(segments), dtype=bool)
        mask[alive] = True
        some, trials = segments.chosen(mask)
        at = score(likelihood.chosen(trials), mean[alive][some.of], tau[alive][some.of])
        value, by_mean, by_tau, mm, mt, tt = (some.sums(one) for one in at)
        worse = value < before[alive] - 1e-9 * (1 + np.abs(before[alive]))
        proposed, determinant = _newton((by_mean, by_tau), (mm, mt, tt), tau[alive])
        for axis, of in enumerate((mean, tau)):
            back = step[axis, alive] / 2
            of[alive] = np.where(worse, of[alive] - back, of[alive] + proposed[axis])
            step[axis, alive] = np.where(worse, back, proposed[axis])
        before[alive] = np.where(worse, before[alive], value)
        with np.errstate(invalid="ignore"):
            se[alive] = np.where(worse, se[alive], np.sqrt(-tt / determinant))
        still = np.abs(step[:, alive]).max(axis=0) < 1e-7
        alive = alive[~still & (tau[alive] >= _NONE)]
    alike = tau < _NONE
    if alike.any():
        some, trials = segments.chosen(alike)
        mean[alike], se[alike] = _common(some, likelihood.chosen(trials), mean[alike])
        tau[alike] = 0
    return Maximum(mean, se, tau)


def _newton(slopes: tuple[Array, Array], curves: tuple[Array, Array, Array], tau: Array) -> tuple[Array, Array]:
    """Newton's step in mean and tau, or a careful one uphill where the likelihood isn't curved as at a maximum; and the determinant."""
    (by_mean, by_tau), (mm, mt, tt) = slopes, curves
    determinant = mm * tt - mt**2
    curved = (mm < 0) & (determinant > 0)
    safe = np.where(curved, determinant, 1)
    up = by_mean / np.maximum(np.abs(mm), 1e-9), by_tau / np.maximum(np.abs(tt), 1e-9)
    move = (
        np.where(curved, (mt * by_tau - tt * by_mean) / safe, up[0]),
        np.where(curved, (mt * by_mean - mm * by_tau) / safe, up[1]),
    )
    # Shortened as a whole: of a step shortened in one direction alone it isn't sure that it leads uphill.
    most = np.where(move[1] < 0, 0.7 * tau, np.maximum(tau, 0.2))
    longest = np.maximum(np.abs(move[0]), np.abs(move[1]) / most)
    return np.stack(move) / np.maximum(longest, 1), determinant
