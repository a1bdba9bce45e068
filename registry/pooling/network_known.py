"""What is known of a network's parameters: at one value of tau, or over all values of it that the trials and a prior leave possible.

Either way it is a mixture of normals, one for each value of tau, and so is what is known of any sum of the parameters. Several models of the
same trials are looked at together, a row each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from registry.pooling.mixtures import Mixtures
from registry.pooling.network_effects import PRIOR
from registry.pooling.network_model import Conditional, NetworkModels, conditional
from registry.pooling.segments import Array

__all__ = ["VALUES", "Known", "at_mode", "integrated"]

_WIDEST = 2.5
"""The largest tau that is looked at: trials that differ by more have nothing in common."""

_FIRST = _WIDEST * np.linspace(0, 1, 25) ** 2
"""The first look: from zero to the widest, closer where tau is small."""

_POINTS, _SHARES = np.polynomial.legendre.leggauss(28)
"""Values of tau where the first look finds anything, from −1 to 1, and the share of each in an integral."""

_KNOTS = np.polynomial.chebyshev.chebpts1(13)
"""Values of tau about the mode, from −1 to 1: a polynomial through them has the likelihood's top."""

_FINE = np.linspace(-1, 1, 4001)
_THROUGH = np.polynomial.chebyshev.chebvander(_FINE, 12) @ np.linalg.inv(np.polynomial.chebyshev.chebvander(_KNOTS, 12))
"""From heights at the knots to the polynomial's on a fine grid."""

_ROUGH = 1e-4
"""Log likelihood that the first look may miss."""

VALUES = max(len(_FIRST), len(_POINTS), len(_KNOTS))
"""The most values of tau that are looked at together."""

_NOTHING = 25.0
"""A log weight that is lower by this adds nothing."""


@dataclass(frozen=True)
class Known:
    """The parameters of each model at each value of tau, and how much each value weighs."""

    at: Conditional
    weight: Array

    @property
    def tau(self) -> Array:
        """By model, the mean of tau."""
        return np.asarray((self.weight * self.at.tau).sum(axis=1))

    def of(self, parts: Array, *, in_another_trial: bool = False) -> Mixtures:
        """What is known of sums of the parameters, or of what each would be in another trial, tau² away.

        ``parts`` has a sum a row: of the one model, or each of its own.
        """
        mean = (self.at.mean @ parts[:, :, None])[..., 0]
        variance = ((self.at.covariance @ parts[:, None, :, None])[..., 0] * parts[:, None]).sum(axis=-1)
        variance = variance + self.at.tau**2 * in_another_trial
        return Mixtures(np.broadcast_to(self.weight, mean.shape), mean, np.sqrt(variance))


def at_mode(models: NetworkModels, start: Array | None = None) -> Known:
    """At the tau that has the greatest restricted likelihood; the parameters are sought from ``start``."""
    first = conditional(models, _every(models, _FIRST), start, _ROUGH)
    best = np.clip(first.log_weight.argmax(axis=1), 1, len(_FIRST) - 2)
    low, high = _FIRST[best - 1][:, None], _FIRST[best + 1][:, None]
    start = first.mean[np.arange(len(best)), best][:, None]
    near = conditional(models, low + (high - low) * (_KNOTS + 1) / 2, start)
    heights = near.log_weight @ _THROUGH.T
    top = np.clip(heights.argmax(axis=1), 1, len(_FINE) - 2)
    before, at, after = (heights[np.arange(len(top)), top + i] for i in (-1, 0, 1))
    # The top of the parabola through the highest and its neighbours.
    curve = before - 2 * at + after
    aside = np.where(curve < 0, (before - after) / np.where(curve < 0, 2 * curve, 1), 0)
    mode = low + (high - low) * (_FINE[top] + np.clip(aside, -1, 1) * (_FINE[1] - _FINE[0]) + 1)[:, None] / 2
    return Known(conditional(models, mode, start), np.ones_like(mode))


def integrated(models: NetworkModels, start: Array | None = None, prior: float = PRIOR) -> Known:
    """Over all tau, with a half-normal prior of that scale."""
    first = conditional(models, _every(models, _FIRST), start, _ROUGH)
    weight = first.log_weight - (_FIRST / prior) ** 2 / 2
    seen = weight > weight.max(axis=1, keepdims=True) - _NOTHING
    below, above = seen.argmax(axis=1), len(_FIRST) - 1 - seen[:, ::-1].argmax(axis=1)
    low, high = _FIRST[np.maximum(below - 1, 0)][:, None], _FIRST[np.minimum(above + 1, len(_FIRST) - 1)][:, None]
    start = first.mean[np.arange(len(weight)), weight.argmax(axis=1)][:, None]
    at = conditional(models, low + (high - low) * (_POINTS + 1) / 2, start)
    log_weight = at.log_weight - (at.tau / prior) ** 2 / 2
    found = _SHARES * np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    return Known(at, found / found.sum(axis=1, keepdims=True))


def _every(models: NetworkModels, tau: Array) -> Array:
    return np.broadcast_to(tau, (models.number, len(tau)))
