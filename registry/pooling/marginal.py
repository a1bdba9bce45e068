"""A trial's likelihood given the mean of all trials and tau, its own value integrated out; and what is then known of that value.

Adaptive quadrature: each trial's nodes are centred where its integrand is highest and scaled by its curvature there
(10.1080/10618600.1995.10474663). They lie at the hyperbolic sine of evenly spaced points, which follows both the narrow middle that a
trial of 10,000 gives and the tail that a trial without events leaves open; Gauss and Hermite's nodes lose the latter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from registry.pooling.likelihoods import Likelihood
from registry.pooling.segments import Array

__all__ = ["Score", "log_marginal", "score"]


def _nodes(step: float) -> tuple[Array, Array]:
    at = step * np.arange(-int(3.3 / step), int(3.3 / step) + 1)
    return np.sinh(at), step * np.cosh(at)


_FEW, _MANY = _nodes(0.3), _nodes(0.22)
"""Nodes and weights: for tau up to 2 heights are good to 1e-4 and 1e-5, of trials without events too; the many also to 1e-9 for moments at a
small tau.
"""
_TOGETHER = 20_000
"""Nodes that are looked at together: as many as the processor has close at hand."""

_ROUNDS = 5
_SMALLEST = 1e-7
"""A tau below it is taken for it: at none at all the integrand is a spike."""


class Score(NamedTuple):
    """By trial: the log marginal likelihood, its derivatives by mean and tau, and its second derivatives."""

    value: Array
    by_mean: Array
    by_tau: Array
    mean_mean: Array
    mean_tau: Array
    tau_tau: Array


def _placed(likelihood: Likelihood, mean: Array, tau: Array) -> tuple[Array, Array]:
    """How far from the mean each integrand is highest, and its width there."""
    away, scale = np.empty(mean.shape), np.empty(mean.shape)
    for some in _parts(mean, 1):
        of, about, flat = likelihood.chosen(some), mean[some], tau[some] ** -2
        centre, precision = (one.reshape(-1, *(1,) * (mean.ndim - 1)) for one in (of.centre, of.spread**-2))
        there = (centre - about) * precision / (precision + flat)
        for _ in range(_ROUNDS):
            slope, information = of.slopes(about + there)
            there = there + np.clip((slope - there * flat) / (information + flat), -2, 2)
        away[some], scale[some] = there, 1 / np.sqrt(of.slopes(about + there)[1] + flat)
    return away, scale


def _integrated(
    likelihood: Likelihood, mean: Array, tau: Array, rule: tuple[Array, Array]
) -> Iterator[tuple[Array, Array, Array, Array]]:
    """Some trials at a time: which, the distance of each node from the mean in units of tau, the share of the integral there, and the
    integral's logarithm.
    """
    away, scale = _placed(likelihood, mean, tau)
    for some in _parts(mean, len(rule[0])):
        z = (away[some, ..., None] + scale[some, ..., None] * rule[0]) / tau[some, ..., None]
        log = likelihood.chosen(some)(mean[some, ..., None] + tau[some, ..., None] * z) - z * z / 2
        top = log.max(axis=-1, keepdims=True)
        share = np.exp(log - top) * rule[1]
        total = share.sum(axis=-1)
        yield some, z, share / total[..., None], top[..., 0] + np.log(total * scale[some] / tau[some]) - np.log(2 * np.pi) / 2


def log_marginal(likelihood: Likelihood, mean: Array, tau: Array) -> Array:
    """The logarithm of each trial's likelihood; the first axis of ``mean`` and ``tau`` is the trials."""
    mean, tau = np.broadcast_arrays(mean, np.maximum(tau, _SMALLEST))
    found = np.empty(mean.shape)
    for some, _, _, value in _integrated(likelihood, mean, tau, _FEW):
        found[some] = value
    return found


def score(likelihood: Likelihood, mean: Array, tau: Array, *, roughly: bool = False) -> Score:
    """The same with its derivatives, from the moments of what is known of each trial's value (Louis, 1982).

    ``roughly``: with fewer nodes, for a step on the way.
    """
    mean, tau = np.broadcast_arrays(mean, np.maximum(tau, _SMALLEST))
    value, moments = np.empty(mean.shape), np.empty((4, *mean.shape))
    for some, z, share, value[some] in _integrated(likelihood, mean, tau, _FEW if roughly else _MANY):
        power = share
        for moment in moments:
            power = power * z
            moment[some] = power.sum(axis=-1)
    m1, m2, m3, m4 = moments
    return Score(
        value,
        m1 / tau,
        (m2 - 1) / tau,
        (m2 - m1**2 - 1) / tau**2,
        (m3 - m1 * m2 - 2 * m1) / tau**2,
        (m4 - m2**2 - 3 * m2 + 1) / tau**2,
    )


def _parts(mean: Array, nodes: int) -> list[Array]:
    """Trials that are looked at together."""
    return np.array_split(np.arange(len(mean)), -(-mean.size * nodes // _TOGETHER)) if mean.size else []
