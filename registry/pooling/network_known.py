"""What is known of a network's parameters: at one value of tau, or over all values of it that the trials and a prior leave possible.

Either way it is a mixture of normals, one for each value of tau, and so is what is known of any sum of the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.pooling.network_model import Conditional, NetworkModel, conditional

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["PRIOR", "Known", "Mixture", "at_mode", "integrated"]

PRIOR = 0.5
"""Scale of the half-normal prior of tau, the standard deviation between trials of a log odds ratio: that of two treatments."""

_WIDEST = 2.5
"""The largest tau that is looked at: trials that differ by more have nothing in common."""

_FIRST = 25
_NODES = 28
"""Values of tau at the first look, and where that finds anything."""

_ROUNDS = 4
_ZOOM = 13
"""Times that the values of tau about the mode are looked at more closely, and how many then."""

_NOTHING = 25.0
"""A log weight that is lower by this adds nothing."""


@dataclass(frozen=True)
class Mixture:
    """Normals, each with a weight; the weights add up to 1."""

    weight: Array
    mean: Array
    variance: Array

    @property
    def sd(self) -> float:
        centre = self.weight @ self.mean
        return float((self.weight @ (self.variance + (self.mean - centre) ** 2)) ** 0.5)

    def below(self, value: float) -> float:
        """The probability of anything below the value."""
        from scipy.special import ndtr

        return float(self.weight @ ndtr((value - self.mean) / self.variance**0.5))

    def quantile(self, share: float) -> float:
        from scipy.optimize import brentq
        from scipy.special import ndtri

        each = self.mean + float(ndtri(share)) * self.variance**0.5
        low, high = float(each.min()), float(each.max())
        return low if high - low < 1e-12 else float(brentq(lambda value: self.below(value) - share, low, high, xtol=1e-12))

    @property
    def p(self) -> float:
        """Twice the smaller probability of the two sides of zero: of one normal, its two-sided p value."""
        below = self.below(0)
        return 2 * min(below, 1 - below)


@dataclass(frozen=True)
class Known:
    """The parameters at each value of tau, and how much each value weighs."""

    at: Conditional
    weight: Array

    @property
    def tau(self) -> float:
        """The mean of tau."""
        return float(self.weight @ self.at.tau)

    def of(self, parts: Array, *, in_another_trial: bool = False) -> Mixture:
        """What is known of the sum of the parameters by ``parts``, or of what it would be in another trial, tau² away."""
        import numpy as np

        variance = np.einsum("i,dij,j->d", parts, self.at.covariance, parts)
        return Mixture(self.weight, self.at.mean @ parts, variance + self.at.tau**2 * in_another_trial)


def at_mode(model: NetworkModel) -> Known:
    """At the tau that has the greatest restricted likelihood."""
    import numpy as np

    tau = _first()
    for _ in range(_ROUNDS):
        logs = conditional(model, tau).log_weight
        best = min(max(int(logs.argmax()), 1), len(tau) - 2)
        around, heights = tau[best - 1 : best + 2], logs[best - 1 : best + 2]
        tau = np.linspace(around[0], around[2], _ZOOM)
    # The top of the parabola through the three that are left.
    curve, slope, _ = np.polyfit(around - around[1], heights - heights[1], 2)
    top = around[1] - slope / (2 * curve) if curve < 0 else around[int(heights.argmax())]
    mode = np.clip(top, around[0], around[2])[None]
    return Known(conditional(model, mode), np.ones(1))


def integrated(model: NetworkModel, prior: float = PRIOR) -> Known:
    """Over all tau, with a half-normal prior of that scale."""
    import numpy as np

    first = _first()
    weight = conditional(model, first).log_weight - (first / prior) ** 2 / 2
    seen = np.flatnonzero(weight > weight.max() - _NOTHING)
    low, high = first[max(seen[0] - 1, 0)], first[min(seen[-1] + 1, len(first) - 1)]
    points, shares = np.polynomial.legendre.leggauss(_NODES)
    at = conditional(model, low + (high - low) * (points + 1) / 2)
    log_weight = at.log_weight - (at.tau / prior) ** 2 / 2
    found = shares * np.exp(log_weight - log_weight.max())
    return Known(at, found / found.sum())


def _first() -> Array:
    """From zero to the widest, closer where tau is small."""
    import numpy as np

    return _WIDEST * np.linspace(0, 1, _FIRST) ** 2
