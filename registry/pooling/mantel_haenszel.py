"""Mantel and Haenszel's common effects, on the scale that they are pooled on; nan where there is none.

Standard errors: odds ratio by Robins, Breslow and Greenland (10.2307/2531052), risk ratio by Greenland and Robins (10.2307/2530643), risk
difference by Sato, Greenland and Robins (Biometrics 1989; 45: 1323–4), which hold both for few large trials and for many small ones.
"""

from __future__ import annotations

import numpy as np

from registry.pooling.segments import Array, Segments

__all__ = ["odds_ratio", "risk_difference", "risk_ratio"]


def odds_ratio(segments: Segments, a: Array, not_a: Array, b: Array, not_b: Array) -> tuple[Array, Array]:
    """The log odds ratio and its standard error."""
    n, add = a + not_a + b + not_b, segments.sums
    p, q, r, s = (a + not_b) / n, (not_a + b) / n, a * not_b / n, not_a * b / n
    above, below = add(r), add(s)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (add(p * r) / above**2 + add(p * s + q * r) / (above * below) + add(q * s) / below**2) / 2
        return _known(np.log(above / below), np.sqrt(variance), (above > 0) & (below > 0))


def risk_ratio(segments: Segments, a: Array, not_a: Array, b: Array, not_b: Array) -> tuple[Array, Array]:
    """The log risk ratio and its standard error."""
    n_a, n_b, add = a + not_a, b + not_b, segments.sums
    n = n_a + n_b
    above, below = add(a * n_b / n), add(b * n_a / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = add((n_a * n_b * (a + b) - a * b * n) / n**2) / (above * below)
        return _known(np.log(above / below), np.sqrt(variance), (above > 0) & (below > 0))


def risk_difference(segments: Segments, a: Array, not_a: Array, b: Array, not_b: Array) -> tuple[Array, Array]:
    """The risk difference and its standard error."""
    n_a, n_b, add = a + not_a, b + not_b, segments.sums
    n = n_a + n_b
    total = add(n_a * n_b / n)
    value = add((a * n_b - b * n_a) / n) / total
    first = add((b * n_a**2 - a * n_b**2 + n_a * n_b * (n_b - n_a) / 2) / n**2)
    second = add((a * not_b + b * not_a) / n) / 2
    variance = (value * first + second) / total**2
    return value, np.sqrt(np.maximum(variance, 0))


def _known(value: Array, error: Array, there: Array) -> tuple[Array, Array]:
    return np.where(there, value, np.nan), np.where(there, error, np.nan)
