"""Mixtures of normal distributions, many at once: what is known of a figure once tau is averaged over, or of one value of tau alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from registry.pooling.segments import Array
from registry.pooling.special import ndtr, ndtri

__all__ = ["CENTRAL", "Mixtures"]

CENTRAL = (0.5, 0.025, 0.975)
"""The median, and the ends of the central 95%."""

_TOGETHER = 60_000
"""Normals that are looked at together: as many as the processor has close at hand."""

_ROUNDS = 100


@dataclass(frozen=True)
class Mixtures:
    """A mixture a row: the weights of its normals, which add up to 1, their means and standard deviations."""

    weights: Array
    means: Array
    sds: Array

    @property
    def sd(self) -> Array:
        """The standard deviation of each."""
        centre = (self.weights * self.means).sum(axis=1, keepdims=True)
        return np.asarray(np.sqrt((self.weights * (self.sds**2 + (self.means - centre) ** 2)).sum(axis=1)))

    @property
    def p(self) -> Array:
        """Twice the smaller probability of the two sides of zero: of one normal, its two-sided p value."""
        below, above = ((self.weights * ndtr(side * self.means / self.sds)).sum(axis=1) for side in (-1, 1))
        return np.asarray(np.minimum(2 * np.minimum(below, above), 1))

    def quantiles(self, shares: Sequence[float] = CENTRAL) -> Array:
        """The quantiles of each, a column a share: by Halley's steps within a bracket, some rows at a time."""
        found = np.empty((len(self.weights), len(shares)))
        for some in np.array_split(np.arange(len(found)), -(-self.weights.size // _TOGETHER)) if found.size else []:
            weights, means, sds = self.weights[some], self.means[some], self.sds[some]
            found[some] = np.stack([_quantile(weights, means, sds, share) for share in shares], axis=1)
        return found


def _quantile(weights: Array, means: Array, sds: Array, share: float) -> Array:
    inverse, away = 1 / sds, ndtri(share)
    heights = weights * inverse / np.sqrt(2 * np.pi)
    ends = means + away * sds
    low, high = ends.min(axis=1), ends.max(axis=1)
    centre = (weights * means).sum(axis=1)
    sd = np.sqrt((weights * (sds**2 + (means - centre[:, None]) ** 2)).sum(axis=1))
    at = np.clip(centre + away * sd, low, high)
    # A row that is there stays there, however long others take: its digits aren't a matter of what it is looked at with.
    there = np.zeros(len(at), dtype=bool)
    for _ in range(_ROUNDS):
        z = (at[:, None] - means) * inverse
        excess = (weights * ndtr(z)).sum(axis=1) - share
        density = heights * np.exp(-z * z / 2)
        slope = np.maximum(density.sum(axis=1), 1e-300)
        step = excess / slope
        step = step / np.maximum(1 + step * (density * z * inverse).sum(axis=1) / slope / 2, 0.5)
        low, high = np.where(excess < 0, at, low), np.where(excess > 0, at, high)
        to = at - step
        to = np.where((to >= low) & (to <= high), to, (low + high) / 2)
        at, last = np.where(there, at, to), at
        # The next step would be the cube of it.
        there |= np.abs(at - last) <= 1e-6 * (1 + np.abs(at)) * sd
        if there.all():
            break
    return np.asarray(at)
