"""What a trial's counts say about its own value, exactly: the logarithm of the likelihood, its slope and its curvature.

Values are on the logit scale, in arrays whose first axis is the trials. Each likelihood is log-concave.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from registry.pooling.segments import Array
from registry.pooling.special import gammaln, xlogy

__all__ = ["Binomial", "Hypergeometric", "Likelihood"]


class Likelihood(Protocol):
    centre: Array
    """By trial, about where the likelihood is highest, finite even where it has no maximum."""
    spread: Array
    """Its width there: a standard error."""

    def chosen(self, trials: Array) -> Likelihood:
        """Of some trials alone."""

    def __call__(self, value: Array) -> Array:
        """The logarithm of the likelihood."""

    def slopes(self, value: Array) -> tuple[Array, Array]:
        """Its first derivative, and the negative of its second."""


def _along(trials: Array, like: Array) -> Array:
    """A figure for each trial, so that it goes with an array of more axes."""
    return trials.reshape(trials.shape + (1,) * (like.ndim - 1))


class Binomial:
    """Events of n, given the logit of the rate."""

    def __init__(self, events: Array, n: Array) -> None:
        self.events, self.n = np.asarray(events, dtype=float), np.asarray(n, dtype=float)
        some, none = self.events + 0.5, self.n - self.events + 0.5
        self.centre, self.spread = np.log(some / none), np.sqrt(1 / some + 1 / none)
        # Its height, or, where it has no maximum, what it tends to: values are differences from it.
        self._top = xlogy(self.events, self.events / self.n) + xlogy(self.n - self.events, 1 - self.events / self.n)

    def chosen(self, trials: Array) -> Binomial:
        return Binomial(self.events[trials], self.n[trials])

    def __call__(self, value: Array) -> Array:
        events, n, top = (_along(one, value) for one in (self.events, self.n, self._top))
        # One array throughout: log(1 + exp(value)), so that neither end loses digits.
        rest = np.abs(value)
        np.exp(np.negative(rest, out=rest), out=rest)
        rest += 1
        np.log(rest, out=rest)
        rest += np.maximum(value, 0)
        rest *= -n
        rest += events * value
        rest -= top
        return np.asarray(rest)

    def slopes(self, value: Array) -> tuple[Array, Array]:
        events, n = _along(self.events, value), _along(self.n, value)
        small = np.exp(-np.abs(value))
        p = np.where(value > 0, 1, small) / (1 + small)
        return events - n * p, n * small / (1 + small) ** 2


class Hypergeometric:
    """Events of side a, given all margins and the log odds ratio: Fisher's noncentral hypergeometric distribution.

    Its normalising sum has as many terms as the table has ways to be filled. It is summed once at knots, with its first two derivatives;
    between them a polynomial of degree five that meets both ends in all three is good to 1e-9, and beyond them one term is all there is.
    Tables with the same margins share their sums.
    """

    def __init__(self, events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> None:
        self.events, n_a, b, n_b = (np.asarray(x, dtype=float) for x in (events_a, n_a, events_b, n_b))
        parts = (self.events + 0.5, n_a - self.events + 0.5, b + 0.5, n_b - b + 0.5)
        self.centre = np.log(parts[0] * parts[3] / (parts[1] * parts[2]))
        self.spread = np.sqrt(sum(1 / part for part in parts))
        total = self.events + b
        self._first, self._last = np.maximum(0, total - n_b), np.minimum(n_a, total)
        margins, table = np.unique(np.stack([n_a, n_b, total], axis=1), axis=0, return_inverse=True)
        self._start = table.reshape(-1) * len(_KNOTS)
        self._sums = _sums_of(margins)

    def chosen(self, trials: Array) -> Hypergeometric:
        some = object.__new__(Hypergeometric)
        some.events, some.centre, some.spread, some._first, some._last, some._start = (
            x[trials] for x in (self.events, self.centre, self.spread, self._first, self._last, self._start)
        )
        some._sums = self._sums
        return some

    def _polynomial(self, value: Array) -> tuple[Array, Array, tuple[Array, ...]]:
        """For each value how far it is beyond the knots, its place between two of them, from 0 to 1, and there the coefficients of the normalising
        sum's logarithm, by power.
        """
        inside = np.clip(value, -_REACH, _REACH)
        place = (inside + _REACH) / _STEP
        knot = np.minimum(place.astype(np.int64), len(_KNOTS) - 2)
        t = place - knot
        knot += _along(self._start, value)
        after = knot + 1
        (f0, f1), (g0, g1), (c0, c1) = ((of.take(knot), of.take(after)) for of in self._sums)
        # Hermite's polynomial.
        d = f1 - f0 - g0 - c0 / 2
        e = g1 - g0 - c0
        c = c1 - c0
        return value - inside, t, (f0, g0, c0, 10 * d - 4 * e + c / 2, -15 * d + 7 * e - c, 6 * d - 3 * e + c / 2)

    def __call__(self, value: Array) -> Array:
        beyond, t, (f0, g0, c0, k3, k4, k5) = self._polynomial(value)
        edge = np.where(beyond > 0, _along(self._last, value), _along(self._first, value))
        total = f0 + t * (g0 + t * (c0 / 2 + t * (k3 + t * (k4 + t * k5)))) + beyond * edge
        return np.asarray(_along(self.events, value) * value - total)

    def slopes(self, value: Array) -> tuple[Array, Array]:
        _, t, (_, g0, c0, k3, k4, k5) = self._polynomial(value)
        mean = (g0 + t * (c0 + t * (3 * k3 + t * (4 * k4 + t * 5 * k5)))) / _STEP
        variance = np.maximum(0, c0 + t * (6 * k3 + t * (12 * k4 + t * 20 * k5))) / _STEP**2
        return _along(self.events, value) - mean, variance


_REACH, _STEP = 30.0, 0.1
_KNOTS = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
"""Log odds ratios at which a table's terms are added up."""

_NEAR = 4
"""Knots on either side whose terms are worked out with those of the one between them."""
_FAR = 150.0
"""The logarithm of the greatest factor between them, well within the numbers there are: the longer a table, the fewer knots go together."""
_MOST_TERMS = 5_000_000
"""Terms that are worked out together: of one table of a million ways, all knots' would be gigabytes."""

_KNOWN: dict[tuple[float, ...], Array] = {}
_MOST_KNOWN = 1 << 12
"""Tables whose sums the process keeps, 14 kB each: the same trials come back in other strata, variants and networks."""


def _sums_of(margins: Array) -> Array:
    """By figure, the sums of all tables, one after the other, a figure a knot."""
    asked = list(map(tuple, margins.tolist()))
    new = [margin for margin in asked if margin not in _KNOWN]
    found = dict(zip(new, _added_up(np.array(new).reshape(-1, 3)), strict=True))
    sums = np.empty((3, len(asked), len(_KNOTS)))
    for i, margin in enumerate(asked):
        sums[:, i] = found[margin] if margin in found else _KNOWN[margin]
    if len(_KNOWN) + len(found) > _MOST_KNOWN:
        _KNOWN.clear()
    if len(found) <= _MOST_KNOWN:
        _KNOWN.update(found)
    return sums.reshape(3, -1)


def _added_up(margins: Array) -> Array:
    """By table, figure and knot: the sum's logarithm, its slope and its curvature, in steps; tables whose sums are about as long together."""
    n_a, n_b, total = margins.T
    first, last = np.maximum(0, total - n_b), np.minimum(n_a, total)
    found = np.empty((len(margins), 3, len(_KNOTS)))
    size = np.ceil(np.log2((last - first).astype(int) + 1)).astype(int)
    for one in np.unique(size):
        # Of knots near each other the terms differ by a factor that all tables share: only at the middle one each has to be worked out.
        away = np.arange(2**one) - (2**one - 1) / 2
        beside = min(_NEAR, int(_FAR / (_STEP * max(away[-1], 1))))
        near = _STEP * np.arange(-beside, beside + 1)
        middles = np.arange(-_REACH, _REACH + _STEP / 2, _STEP * len(near)) - near[0]
        factors = np.exp(away[:, None] * near)
        shared = np.concatenate([factors, factors * away[:, None], factors * away[:, None] ** 2], axis=1)
        tables = np.flatnonzero(size == one)
        for some in np.array_split(tables, max(1, len(tables) * len(middles) * 2**one // 500_000)):
            j = first[some, None] + np.arange(2**one)
            fits = j <= last[some, None]
            j = np.where(fits, j, first[some, None])
            na, nb, t = (x[some, None] for x in (n_a, n_b, total))
            ways = (
                gammaln(na + 1)
                - gammaln(j + 1)
                - gammaln(na - j + 1)
                + gammaln(nb + 1)
                - gammaln(t - j + 1)
                - gammaln(nb - t + j + 1)
            )
            ways, parts = np.where(fits, ways, -np.inf), []
            for part in np.array_split(middles, max(1, len(middles) * 2**one // _MOST_TERMS)):
                terms = ways[:, None, :] + j[:, None, :] * part[:, None]
                top = terms.max(axis=2, keepdims=True)
                parts.append((top, np.exp(np.subtract(terms, top, out=terms), out=terms) @ shared))
            top, sums = (np.concatenate(of, axis=1) for of in zip(*parts, strict=True))
            sums = sums.reshape(len(some), len(middles), 3, len(near))
            sums = sums.transpose(2, 0, 1, 3).reshape(3, len(some), len(middles) * len(near))
            whole, once, twice = sums[:, :, : len(_KNOTS)]
            # About the middle of the terms, so that the square of the mean takes few digits from that of the terms.
            mean, middle = once / whole, first[some, None] - away[0]
            peak = np.repeat(top[..., 0], len(near), axis=1)[:, : len(_KNOTS)]
            found[some, 0] = peak + middle * np.tile(near, len(middles))[: len(_KNOTS)] + np.log(whole)
            found[some, 1] = _STEP * (mean + middle)
            found[some, 2] = _STEP * _STEP * np.maximum(twice / whole - mean**2, 0)
    return found
