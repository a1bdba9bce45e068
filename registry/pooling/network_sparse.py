"""Trials with a small cell, by the likelihood of their counts: what a network takes of them in place of a log odds ratio with a variance.

A trial is taken given its total of events, so that its own rate drops out and no empty cell has to be corrected: the noncentral hypergeometric
distribution (10.1002/sim.4040), of as many arms as there are. Its terms are the tables that have the trial's totals, added up one by one.
Where they are too many, a saddlepoint gives their sum (10.1111/j.2517-6161.1979.tb01085.x), which is the modified profile likelihood
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

_CENTRING = 8
"""Steps to the middle of the integrand. It needn't be met: the points are only placed by it."""

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
    few = all(has_few_tables(*of) for of in zip(events, n, strict=True))
    return _tables(events, n) if few else _saddlepoint(events, n)


def _tables(events: Integers, n: Integers) -> Likelihood:
    import numpy as np
    from scipy.special import gammaln

    each = [_of_total(int(of.sum()), these) for of, these in zip(events, n, strict=True)]
    most = max(len(one) for one in each)
    away = np.zeros((len(n), most, n.shape[1] - 1))
    ways = np.full((len(n), most), -np.inf)
    for place, (own, some, these) in enumerate(zip(events, each, n, strict=True)):
        ways[place, : len(some)] = -(gammaln(some + 1) + gammaln(these - some + 1)).sum(axis=1)
        away[place, : len(some)] = (some - own)[:, 1:]
    ways -= ways.max(axis=1, keepdims=True)
    squares = away[..., None] * away[..., None, :]

    def at(ratios: Array) -> tuple[Array, Array, Array]:
        terms = ways + np.einsum("tma,...ta->...tm", away, ratios)
        top = terms.max(axis=-1, keepdims=True)
        share = np.exp(terms - top)
        whole = share.sum(axis=-1, keepdims=True)
        share /= whole
        mean = np.einsum("...tm,tma->...ta", share, away)
        square = np.einsum("...tm,tmab->...tab", share, squares)
        return -(top + np.log(whole))[..., 0], -mean, mean[..., None] * mean[..., None, :] - square

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
    from scipy.special import expit, logit

    total = events.sum(axis=1)
    aim = logit(total / n.sum(axis=1))

    def at(ratios: Array) -> tuple[Array, Array, Array]:
        against = np.concatenate([np.zeros_like(ratios[..., :1]), ratios], axis=-1)
        level = aim - (against * n).sum(axis=-1) / n.sum(axis=1)
        for _ in range(30):  # the logit of the total is nearly straight in the level
            rate = expit(level[..., None] + against)
            seen = (n * rate).sum(axis=-1) / n.sum(axis=1)
            slope = (n * rate * (1 - rate)).sum(axis=-1) / n.sum(axis=1) / np.maximum(seen * (1 - seen), 1e-300)
            step = (logit(np.clip(seen, 1e-300, 1 - 1e-16)) - aim) / np.maximum(slope, 1e-12)
            level = level - np.clip(step, -5, 5)
            if np.abs(step).max() < 1e-12:
                break
        odds = level[..., None] + against
        rate = expit(odds)
        spread = n * rate * (1 - rate)
        all_of = spread.sum(axis=-1, keepdims=True)
        third, fourth = spread * (1 - 2 * rate), spread * (1 - 6 * rate * (1 - rate))
        share = spread / all_of
        slope = (third - share * third.sum(axis=-1, keepdims=True)) / all_of
        value = (events * odds - n * np.logaddexp(0, odds)).sum(axis=-1) + np.log(all_of[..., 0]) / 2
        own = np.eye(n.shape[1]) - share[..., None, :]  # of the odds of an arm (row) by the ratio of one (column)
        wide, sums = all_of[..., None], third.sum(axis=-1)[..., None, None]
        of_all = np.einsum("...a,...ak->...k", fourth, own)[..., None, :]
        of_share = third[..., None] * own / wide - share[..., None] * slope[..., None, :]
        curve = (fourth[..., None] * own - sums * of_share - share[..., None] * of_all) / wide
        curve = curve - slope[..., None] * slope[..., None, :]
        bend = -(spread[..., None] * own) + curve / 2
        return value, (events - n * rate + slope / 2)[..., 1:], bend[..., 1:, 1:]

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

    middle = np.zeros_like(ratios)
    for _ in range(_CENTRING):
        _, slope, bend = likelihood(ratios + _times(reach, middle))
        step = np.linalg.solve(normal(bend), (_times(turned, slope) - middle)[..., None])[..., 0]
        middle = middle + np.clip(step, -2, 2)
    _, _, bend = likelihood(ratios + _times(reach, middle))
    scale = np.linalg.inv(np.linalg.cholesky(normal(bend)))
    scale = np.swapaxes(scale, -1, -2)

    points, weights = _grid(many)
    z = middle + np.einsum("dtij,qj->qdti", scale, points)
    value, slope, bend = likelihood(ratios + np.einsum("dtij,qdtj->qdti", np.broadcast_to(reach, scale.shape), z))
    heights = value - (z**2).sum(axis=-1) / 2 + ((points**2).sum(axis=-1) / 2 + weights)[:, None, None]
    top = heights.max(axis=0)
    share = np.exp(heights - top)
    whole = share.sum(axis=0)
    share /= whole
    mean = (share[..., None] * slope).sum(axis=0)
    curve = (share[..., None, None] * (bend + slope[..., None] * slope[..., None, :])).sum(axis=0)
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
