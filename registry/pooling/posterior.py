"""What is known of the mean of all trials, and of the value in another such trial, with a half-normal prior on tau and a flat one on the mean.

Of few trials the likelihood says little about tau, so tau is averaged over instead of estimated. Each function gives a ``Posterior``: nodes of tau,
what the trials say about each, and the mean given tau. The prior's scale comes last, so that half and double of it cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from registry.pooling.counts import FEW_TRIALS
from registry.pooling.inverse_variance import common
from registry.pooling.likelihoods import Likelihood
from registry.pooling.marginal import log_marginal
from registry.pooling.maximum import mean_given_tau
from registry.pooling.mixtures import CENTRAL, Mixtures
from registry.pooling.segments import Array, Segments
from registry.pooling.special import sici

__all__ = ["Exact", "Posterior", "about_maximum", "exact", "of_counts", "of_effects"]

_REACH = 12.0
"""How far tau is followed, in units of the prior's scale: far enough for double the scale."""


_NODES = 41
_TRIALS = 12
"""Values of tau for normal effects of as many trials at most: good to 1e-8, but where trials and prior can hardly both be right."""

_TOGETHER = 50_000
"""Trials, times values of tau, that are looked at together: as many as the processor has close at hand."""


def _tau_nodes(width: Array, scale: Array, number: int) -> tuple[Array, Array]:
    """By stratum, nodes of tau with their weights: close where trials' own errors are, wide where the prior ends.

    The trapezoid rule in arsinh: what is integrated is even in tau, so that it is as good as over the whole line.
    """
    last = np.arcsinh(_REACH * scale / width)
    at = np.linspace(0, 1, number) * last[:, None]
    weights = width[:, None] * np.cosh(at) * (last / (number - 1))[:, None]
    weights[:, 0] /= 2
    return width[:, None] * np.sinh(at), weights


class Posterior:
    """Given tau, the mean is normal; ``log`` is what the trials say about each node of tau, up to a constant."""

    def __init__(self, tau: Array, weights: Array, log: Array, mean: Array, variance: Array) -> None:
        self._tau, self._weights, self._log, self._mean, self._variance = tau, weights, log, mean, variance

    def _shares(self, scale: Array) -> Array:
        """By stratum and node, the probability under a half-normal prior of that scale."""
        log = self._log - (self._tau / scale[:, None]) ** 2 / 2
        share = np.exp(log - log.max(axis=1, keepdims=True)) * self._weights
        return np.asarray(share / share.sum(axis=1, keepdims=True))

    def mean(self, scale: Array, shares: Sequence[float] = CENTRAL) -> Array:
        """By stratum, the quantiles of the mean."""
        return Mixtures(self._shares(scale), self._mean, np.sqrt(self._variance)).quantiles(shares)

    def another(self, scale: Array, shares: Sequence[float] = CENTRAL) -> Array:
        """By stratum, the quantiles of the value in another trial."""
        return Mixtures(self._shares(scale), self._mean, np.sqrt(self._variance + self._tau**2)).quantiles(shares)


def of_effects(segments: Segments, effects: Array, variances: Array, scale: Array) -> Iterator[tuple[Array, Posterior]]:
    """Of normal effects with known variances: given tau, all is in closed form. Some strata at a time, as ``of_counts`` gives them."""
    # The more trials, the narrower is what they say about tau: four times as many want twice as many values of it.
    doubled = np.ceil(np.log2(np.maximum(segments.sizes / _TRIALS, 1)) / 2).astype(int)
    few = segments.sizes < FEW_TRIALS
    for times, is_few in sorted(set(zip(doubled.tolist(), few.tolist(), strict=True))):
        mask = (doubled == times) & (few == is_few)
        some, trials = segments.chosen(mask)
        yield mask, _given_tau(some, effects[trials], variances[trials], scale[mask], _NODES * 2**times)


def _given_tau(segments: Segments, effects: Array, variances: Array, scale: Array, nodes: int) -> Posterior:
    tau, weights = _tau_nodes(_width(segments, variances), scale, nodes)
    log, mean, precision = np.empty_like(tau), np.empty_like(tau), np.empty_like(tau)
    # Effects as distances from the common one, so that squares are of the size of what is left of them.
    middle, _ = common(segments, effects, variances)
    away = effects - middle[segments.of]
    for strata, trials in segments.blocks(_TOGETHER // nodes):
        total = variances[trials][:, :, None] + tau[strata][:, None] ** 2
        each, y = 1 / total, away[trials][:, None]
        whole = each.sum(axis=1)
        centre = (y @ each)[:, 0] / whole
        square = (y**2 @ each)[:, 0] - centre**2 * whole
        log[strata] = -(np.log(total).sum(axis=1) + square + np.log(whole)) / 2
        mean[strata], precision[strata] = middle[strata, None] + centre, whole
    return Posterior(tau, weights, log, mean, 1 / precision)


def about_maximum(segments: Segments, likelihood: Likelihood, scale: Array) -> Posterior:
    """Of many trials with exact likelihoods: given tau, the mean is normal about its maximum (Laplace)."""
    tau, weights = _tau_nodes(_width(segments, likelihood.spread**2), scale, 13)
    total = likelihood.spread[:, None] ** 2 + tau[segments.of] ** 2
    start = segments.sums(likelihood.centre[:, None] / total) / segments.sums(1 / total)
    mean, variance, height = mean_given_tau(segments, likelihood, tau, start)
    return Posterior(tau, weights, height + np.log(variance) / 2, mean, variance)


def _width(segments: Segments, variances: Array) -> Array:
    return np.sqrt(segments.over(np.minimum, variances))


class Exact:
    """Given tau, the mean has no form of its own: its density is on nodes that all tau share, evenly spaced in ``at``."""

    def __init__(self, tau: Array, weights: Array, log: Array, nodes: tuple[Array, Array, Array]) -> None:
        self._tau, self._weights, self._log = tau, weights, log
        self._middle, self._width, self._at = nodes

    def _density(self, scale: Array) -> Array:
        """By stratum, tau and node: probability per step of ``at``."""
        log = self._log - (self._tau / scale[:, None])[..., None] ** 2 / 2
        share = np.exp(log - log.max(axis=(1, 2), keepdims=True)) * self._weights[..., None] * np.cosh(self._at)[:, None]
        return np.asarray(share / share.sum(axis=(1, 2), keepdims=True))

    def mean(self, scale: Array, shares: Sequence[float] = CENTRAL) -> Array:
        """By stratum, the quantiles of the mean.

        The density is smooth and dies out at both ends, so that its cardinal series is exact between the nodes, and its integral too.
        """
        density = self._density(scale).sum(axis=1)
        nodes = np.arange(density.shape[1])
        below = np.cumsum(density, axis=1) - density / 2
        found = []
        for share in shares:
            place = (below < share).sum(axis=1).astype(float) - 0.5
            low, high = place - 2, place + 2
            there = np.zeros(len(place), dtype=bool)  # as of a quantile of mixtures: a stratum that is there stays there
            for _ in range(40):
                away = place[:, None] - nodes
                excess = (density * (0.5 + sici(np.pi * away)[0] / np.pi)).sum(axis=1) - share
                low, high = np.where(excess < 0, place, low), np.where(excess < 0, high, place)
                to = place - excess / np.maximum((density * np.sinc(away)).sum(axis=1), 1e-300)
                to = np.where((to > low) & (to < high), to, (low + high) / 2)
                place, last = np.where(there, place, to), place
                there |= np.abs(place - last) < 1e-9
                if there.all():
                    break
            found.append(self._value(place))
        return np.stack(found, axis=1)

    def _value(self, place: Array) -> Array:
        step = self._at[:, 1] - self._at[:, 0]
        return np.asarray(self._middle + self._width * np.sinh(self._at[:, 0] + step * place))

    def another(self, scale: Array, shares: Sequence[float] = CENTRAL) -> Array:
        """By stratum, the quantiles of the value in another trial: a normal about each node.

        Where tau is less than the distance of two nodes, they are spread to meet, and drawn together by as much as that would widen the whole.
        """
        density = self._density(scale)
        by_tau = density.sum(axis=2, keepdims=True)
        at = (self._middle[:, None] + self._width[:, None] * np.sinh(self._at))[:, None]
        centre = (density * at).sum(axis=2, keepdims=True) / np.maximum(by_tau, 1e-300)
        variance = (density * (at - centre) ** 2).sum(axis=2, keepdims=True) / np.maximum(by_tau, 1e-300)
        apart = (self._width[:, None] * np.cosh(self._at))[:, None] * (self._at[:, 1] - self._at[:, 0])[:, None, None]
        apart = (density * apart).sum(axis=2, keepdims=True) / np.maximum(by_tau, 1e-300)
        tau = self._tau[..., None]
        spread = np.sqrt(np.maximum((0.6 * apart) ** 2 - tau**2, 0))
        spread = np.minimum(spread, np.sqrt(variance) * 0.9)
        drawn = np.sqrt(np.maximum(1 - spread**2 / np.maximum(variance, 1e-300), 0))
        means = centre + (at - centre) * drawn
        sds = np.broadcast_to(np.hypot(np.maximum(tau, 1e-9), spread), density.shape)
        flat = (len(density), -1)
        return Mixtures(density.reshape(flat), means.reshape(flat), sds.reshape(flat)).quantiles(shares)


def exact(segments: Segments, likelihood: Likelihood, scale: Array) -> Exact:
    """Of few trials with exact likelihoods: the mean and tau on a grid, each trial's own value integrated out."""
    tau, weights = _tau_nodes(_width(segments, likelihood.spread**2), scale, 20)
    # What is narrow is narrow about the common effect; away from it, tau is large and all is wide.
    middle, width = common(segments, likelihood.centre, likelihood.spread**2)
    last = np.arcsinh(25 / width)
    number = int(_nodes_of(width).max(initial=3))
    at = np.linspace(-1, 1, number) * last[:, None]
    nodes = middle[:, None] + width[:, None] * np.sinh(at)
    each = log_marginal(likelihood, nodes[segments.of][:, None, :], tau[segments.of][:, :, None])
    return Exact(tau, weights, segments.sums(each), (middle, width, at))


_SPARSE = 50
"""With fewer events, or fewer non-events, the mean given tau is too far from normal for ``about_maximum``."""


def of_counts(
    segments: Segments, likelihood: Likelihood, scale: Array, fewest: Array
) -> Iterator[tuple[Array, Posterior | Exact]]:
    """What is known of each stratum: some at a time, so that what is held in memory has an end; true where a stratum is among them.

    ``fewest`` is the number of events in a stratum, or of non-events if there are fewer. Strata of fewer trials than ``FEW_TRIALS`` never share a run with others.
    """
    few = segments.sizes < FEW_TRIALS
    gridded = few | (fewest < _SPARSE)
    width = segments.sums(likelihood.spread**-2) ** -0.5
    # Strata on grids of one size together, so that no stratum's figures depend on which others there are.
    size = np.where(gridded, _nodes_of(width), 0)
    for nodes, is_few in sorted(set(zip(size.tolist(), few.tolist(), strict=True))):
        numbers = np.flatnonzero((size == nodes) & (few == is_few))
        run = np.cumsum(segments.sizes[numbers]) // (400 if nodes else 20_000)
        for some in np.split(numbers, np.flatnonzero(np.diff(run)) + 1):
            mask = np.zeros(len(segments), dtype=bool)
            mask[some] = True
            inner, trials = segments.chosen(mask)
            yield mask, (exact if nodes else about_maximum)(inner, likelihood.chosen(trials), scale[mask])


def _nodes_of(width: Array) -> Array:
    """How many nodes of the mean follow it from its narrowest to its widest."""
    return np.asarray(2 * np.ceil(np.arcsinh(25 / width) / 0.28).astype(int) + 1)
