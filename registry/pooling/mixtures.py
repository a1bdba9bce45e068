"""Mixtures of normal distributions, many at once: what is known of a figure once tau is averaged over, or of one value of tau alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from registry.pooling.segments import Array

__all__ = ["CENTRAL", "Mixtures"]

CENTRAL = (0.5, 0.025, 0.975)
"""The median, and the ends of the central 95%."""


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
        """The quantiles of each, a column a share: by Newton's steps within a bracket."""
        found = np.empty((len(self.weights), len(shares)))
        for column, share in enumerate(shares):
            ends = self.means + ndtri(share) * self.sds
            low, high = ends.min(axis=1) - 1e-9, ends.max(axis=1) + 1e-9
            at = (self.weights * ends).sum(axis=1)
            rows = np.arange(len(at))
            for _ in range(60):
                weights, sds = self.weights[rows], self.sds[rows]
                z = (at[rows, None] - self.means[rows]) / sds
                excess = (weights * ndtr(z)).sum(axis=1) - share
                low[rows], high[rows] = np.where(excess < 0, at[rows], low[rows]), np.where(excess < 0, high[rows], at[rows])
                density = (weights * np.exp(-(z**2) / 2) / sds).sum(axis=1) / np.sqrt(2 * np.pi)
                to = at[rows] - excess / np.maximum(density, 1e-300)
                to = np.where((to > low[rows]) & (to < high[rows]), to, (low[rows] + high[rows]) / 2)
                going = np.abs(to - at[rows]) > 1e-12 * (1 + np.abs(to))
                at[rows] = to
                rows = rows[going]
                if not len(rows):
                    break
            found[:, column] = at
        return found
