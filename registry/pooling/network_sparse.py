"""Trials with a small cell, by the likelihood of their counts: what a network takes of them in place of a log odds ratio with a variance.

A trial is taken given its total of events, so that its own rate drops out and no empty cell has to be corrected: the noncentral hypergeometric
distribution (10.1002/sim.4040), of as many arms as there are. Its terms are the tables that have the trial's totals, added up one by one.
Where they are too many, a saddlepoint gives their sum (10.1214/aoms/1177728652), which is the modified profile likelihood
(10.1111/j.2517-6161.1987.tb01422.x); a test holds it to the tables. How trials differ is integrated out by adaptive Gauss–Hermite
quadrature, centred and scaled for each trial.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import prod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Integers = NDArray[np.int64]

__all__ = ["has_few_tables", "log_likelihood", "marginal"]

_POINTS = {1: 21, 2: 13, 3: 6}
_FEWEST = 4
"""Points of the quadrature in each direction, by how many directions there are, and where there are more."""

_MOST_TERMS = 40_000
"""Tables, times points of the quadrature, above which a trial's tables aren't added up: two arms of 1,900 events, or three of 15."""

_CENTRING = 60
_CENTRED = 1e-4
"""Steps to the middle of the integrand, and the one after which none is taken. It needn't be met: the points are only placed by it."""

Likelihood = Callable[["Array"], "tuple[Array, Array, Array]"]


def has_few_tables(events: Integers, n: Integers) -> bool:
    """Whether a trial's tables are added up."""
    rarer = min(int(events.sum()), int((n - events).sum()))
    directions = len(n) - 1
    tables = prod(min(int(of), rarer) + 1 for of in n[1:])
    few: bool = tables * _POINTS.get(directions, _FEWEST) ** directions <= _MOST_TERMS
    return few


def log_likelihood(events: Integers, n: Integers) -> Likelihood:
    """What trials of as many arms each say about the log odds of their arms against the first, given each trial's total of events.

    ``events`` and ``n`` are trials by arms; no trial may have no event or nothing else. The function takes log odds ratios, whose last
    two axes are trials and arms but the first, and gives the log likelihood but for a constant, its slope and its curvature. The trials'
    tables are added up if all of them ``has_few_tables``.
    """
    if not all(has_few_tables(*of) for of in zip(events, n, strict=True)):
        return _saddlepoint(events, n)
    return _tables(events, n) if n.shape[1] > 2 else _of_two_arms(events, n)


def _of_two_arms(events: Integers, n: Integers) -> Likelihood:
    import numpy as np

    from registry.pooling.likelihoods import Hypergeometric

    likelihood = Hypergeometric(events[:, 1], n[:, 1], events[:, 0], n[:, 0])

    def at(ratios: Array) -> tuple[Array, Array, Array]:
        value = np.moveaxis(ratios[..., 0], -1, 0)
        found = (likelihood(value), *likelihood.slopes(value))
        height, slope, information = (np.moveaxis(of, 0, -1) for of in found)
        return height, slope[..., None], -information[..., None, None]

    return at


def _tables(events: Integers, n: Integers) -> Likelihood:
    import numpy as np

    from registry.pooling.special import gammaln

    each = [_of_total(int(of.sum()), these) for of, these in zip(events, n, strict=True)]
    most = max(len(one) for one in each)
    away = np.zeros((len(n), most, n.shape[1] - 1))
    ways = np.full((len(n), most), -np.inf)
    for place, (own, some, these) in enumerate(zip(events, each, n, strict=True)):
        ways[place, : len(some)] = -(gammaln(some + 1) + gammaln(these - some + 1)).sum(axis=1)
        away[place, : len(some)] = (some - own)[:, 1:]
    ways -= ways.max(axis=1, keepdims=True)
    arms = n.shape[1] - 1
    back = np.swapaxes(away, -1, -2)
    squares = (away[..., None] * away[..., None, :]).reshape(*away.shape[:2], arms * arms)

    def at(ratios: Array) -> tuple[Array, Array, Array]:
        # Trials first: then each sum over a trial's tables is a product of two matrices.
        by_trial = np.moveaxis(ratios, -2, 0)
        draws = by_trial.shape[1:-1]
        terms = by_trial.reshape(len(n), -1, arms) @ back + ways[:, None, :]
        top = terms.max(axis=-1, keepdims=True)
        share = np.exp(terms - top)
        whole = share.sum(axis=-1, keepdims=True)
        share /= whole
        mean = share @ away
        square = (share @ squares).reshape(*mean.shape, arms)
        curvature = mean[..., None] * mean[..., None, :] - square
        value = -(top + np.log(whole))[..., 0]
        return (
            np.moveaxis(value.reshape(len(n), *draws), 0, -1),
            np.moveaxis(-mean.reshape(len(n), *draws, arms), 0, -2),
            np.moveaxis(curvature.reshape(len(n), *draws, arms, arms), 0, -3),
        )

    return at


def _of_total(total: int, n: Integers) -> Integers:
    """Every table of a trial: what the arms' events can be, a table a row."""
    import numpy as np

    if total > n.sum() - total:
        rest: Integers = n - _of_total(int(n.sum()) - total, n)
        return rest
    free: Any = np.meshgrid(*[np.arange(min(int(of), total) + 1) for of in n[1:]], indexing="ij")
    others = np.stack([one.ravel() for one in free], axis=-1)
    first = total - others.sum(axis=1)
    inside = (first >= 0) & (first <= n[0])
    tables: Integers = np.column_stack([first, others])[inside]
    return tables


def _saddlepoint(events: Integers, n: Integers) -> Likelihood:
    import numpy as np

    from registry.pooling.special import expit, logit

    everyone, total = n.sum(axis=1), events.sum(axis=1)
    aim = logit(total / everyone)
    # Arms first, so that a sum over them is a sum of whole arrays.
    own, of = events.T, n.T

    def at(ratios: Array) -> tuple[Array, Array, Array]:
        arms = (len(of),) + (1,) * (ratios.ndim - 2) + (len(n),)
        x, m = own.reshape(arms), of.reshape(arms)
        against = np.concatenate([np.zeros((1, *ratios.shape[:-1])), np.moveaxis(ratios, -1, 0)])
        level = aim - (against * m).sum(axis=0) / everyone
        for _ in range(30):  # the logit of the total is nearly straight in the level
            rate = expit(level + against)
            expected = m * rate
            seen = expected.sum(axis=0) / everyone
            slope = (expected * (1 - rate)).sum(axis=0) / everyone / np.maximum(seen * (1 - seen), 1e-300)
            step = np.clip((logit(np.clip(seen, 1e-300, 1 - 1e-16)) - aim) / np.maximum(slope, 1e-12), -5, 5)
            level = level - step
            if np.abs(step).max() < 1e-7:  # and the error is its square
                break
        odds = level + against
        rate = expit(odds)
        spread = m * rate * (1 - rate)
        whole = spread.sum(axis=0)
        value = (x * odds - m * np.logaddexp(0, odds)).sum(axis=0) + np.log(whole) / 2
        # The curvature's logarithm, log(whole), has the derivatives ``tilt`` and ``turn``, less what the tilts make together.
        share, third = spread / whole, spread * (1 - 2 * rate) / whole
        thirds = third.sum(axis=0)
        tilt = third - share * thirds
        turn = share * (1 - 6 * rate * (1 - rate)) - thirds * third
        rest = share * (whole + turn.sum(axis=0) / 2) - turn
        share, tilt, turn, rest = share[1:], tilt[1:], turn[1:], rest[1:]
        bend = (share[:, None] * rest + rest[:, None] * share - tilt[:, None] * tilt) / 2
        for arm in range(len(bend)):
            bend[arm, arm] += turn[arm] / 2 - spread[arm + 1]
        slope = (x - m * rate)[1:] + tilt / 2
        return value, np.moveaxis(slope, 0, -1), np.moveaxis(bend, (0, 1), (-2, -1))

    return at


def marginal(likelihood: Likelihood, ratios: Array, tau: Array) -> tuple[Array, Array, Array]:
    """The log likelihood of each trial where its log odds ratios differ from ``ratios`` by tau, with slope and curvature in ``ratios``.

    ``ratios`` is draws by trials by arms but the first, ``tau`` one a draw. Any two arms' log odds ratio varies by tau² between trials.
    """
    import numpy as np

    many = ratios.shape[-1]
    root = np.linalg.cholesky((np.eye(many) + 1) / 2)
    reach = tau[:, None, None, None] * root  # from z, standard normal, to log odds ratios
    turned = np.swapaxes(reach, -1, -2)

    def normal(matrix: Array) -> Array:
        steeper: Array = np.eye(many) - turned @ matrix @ reach
        return steeper

    middle, step, steep = np.zeros_like(ratios), np.zeros_like(ratios), np.broadcast_to(np.eye(many), reach.shape)
    best = np.full(ratios.shape[:-1], -np.inf)
    for _ in range(_CENTRING):
        there = middle + step
        value, slope, bend = likelihood(ratios + _times(reach, there))
        height = value - (there**2).sum(axis=-1) / 2
        # Newton's step overshoots where an arm has none, or nothing but: then half of it is taken.
        higher = ~(height < best - 1e-9 * np.abs(best))
        best, middle = np.where(higher, height, best), np.where(higher[..., None], there, middle)
        steep = np.where(higher[..., None, None], normal(bend), steep)
        newton = np.linalg.solve(steep, (_times(turned, slope) - there)[..., None])[..., 0]
        shorter = np.minimum(1, 2 / np.maximum(np.abs(newton).max(axis=-1, keepdims=True), 1e-300))
        step = np.where(higher[..., None], newton * shorter, step / 2)
        if np.abs(step).max() < _CENTRED:
            break
    scale = np.linalg.inv(np.linalg.cholesky(steep))
    scale = np.swapaxes(scale, -1, -2)

    points, weights = _grid(many)
    z = middle + np.einsum("dtij,qj->qdti", scale, points)
    value, slope, bend = likelihood(ratios + _times(reach, middle) + np.einsum("dtij,qj->qdti", reach @ scale, points))
    heights = value - (z**2).sum(axis=-1) / 2 + ((points**2).sum(axis=-1) / 2 + weights)[:, None, None]
    top = heights.max(axis=0)
    share = np.exp(heights - top)
    whole = share.sum(axis=0)
    share /= whole
    weighted = share[..., None] * slope
    curve = np.einsum("qdt,qdtab->dtab", share, bend) + np.einsum("qdta,qdtb->dtab", weighted, slope)
    mean = weighted.sum(axis=0)
    return top + np.log(whole) + np.linalg.slogdet(scale)[1], mean, curve - mean[..., None] * mean[..., None, :]


def _times(matrix: Array, vector: Array) -> Array:
    product: Array = (matrix @ vector[..., None])[..., 0]
    return product


@cache
def _grid(many: int) -> tuple[Array, Array]:
    """Points of a standard normal of that many directions, a point a row, and the logs of their weights."""
    import numpy as np

    points, weights = np.polynomial.hermite_e.hermegauss(_POINTS.get(many, _FEWEST))
    of_each: Any = np.meshgrid(*[np.log(weights / weights.sum())] * many, indexing="ij")
    places: Any = np.meshgrid(*[points] * many, indexing="ij")
    return np.stack([one.ravel() for one in places], axis=-1), np.sum([one.ravel() for one in of_each], axis=0)
