"""What each trial says by itself, in closed form: its estimate, its 95% interval, and its value on the model's scale with a standard error.

Counts are arrays. Where a cell is empty, a ratio has a treatment-arm continuity correction, and what the model's scale can't do without has 1/2 added.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from registry.pooling.segments import Array
from schemas.intervals import Z

__all__ = ["Own", "by_wilson", "is_full", "odds_ratio", "rate", "risk_difference", "risk_ratio", "wilson", "with_continuity"]


class Own(NamedTuple):
    """By trial."""

    estimate: Array
    low: Array
    high: Array
    model_estimate: Array
    model_se: Array
    corrected: Array
    """Whether something was added to cells."""


def wilson(events: Array, n: Array) -> tuple[Array, Array]:
    """Wilson's interval of a share (10.1080/01621459.1927.10502953)."""
    share, square = events / n, Z**2
    middle = (events + square / 2) / (n + square)
    half = Z * np.sqrt(share * (1 - share) / n + square / (4 * n**2)) / (1 + square / n)
    # At no events, the lower limit is nought but for a rounding error, which may fall above the estimate.
    return np.where(events == 0, 0.0, middle - half), np.where(events == n, 1.0, middle + half)


def rate(events: Array, n: Array) -> Own:
    """A rate, its logit and the logit's standard error."""
    corrected = (events == 0) | (events == n)
    some, none = events + 0.5 * corrected, n - events + 0.5 * corrected
    return Own(events / n, *wilson(events, n), np.log(some / none), np.sqrt(1 / some + 1 / none), corrected)


def risk_ratio(events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> Own:
    """A risk ratio with the Wald interval of its logarithm; where a side has nothing but events, whose variance is none, with that of both rates' Wilson limits."""
    (a, not_a, b, not_b), corrected = _cells(events_a, n_a, events_b, n_b)
    log = np.log(a / (a + not_a)) - np.log(b / (b + not_b))
    # The usual 1/a - 1/n_a + 1/b - 1/n_b, without the digits that subtraction loses when nearly everybody met the definition.
    wald = _ratio(log, np.sqrt(not_a / (a * (a + not_a)) + not_b / (b * (b + not_b))), corrected)
    full = is_full(events_a, n_a, events_b, n_b)
    if not full.any():
        return wald
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(events_a / n_a) - np.log(events_b / n_b)
        low, high = by_wilson(log, events_a, n_a, events_b, n_b)
        limited = Own(np.exp(log), np.exp(low), np.exp(high), log, (high - low) / (2 * Z), np.zeros_like(full))
    return Own(*(np.where(full, its, other) for its, other in zip(limited, wald, strict=True)))


def is_full(events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> Array:
    """Where a side has nothing but events, and neither has none: the ratio of the rates is there as they are."""
    return np.asarray(((events_a == n_a) | (events_b == n_b)) & (events_a > 0) & (events_b > 0))


def by_wilson(log: Array, events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> tuple[Array, Array]:
    """The interval of a log risk ratio as far from it as Wilson's limits of each rate lead, squared and added (10.1002/sim.3095)."""
    (a_low, a_high), (b_low, b_high) = (np.log(wilson(events, n)) for events, n in ((events_a, n_a), (events_b, n_b)))
    a, b = np.log(events_a / n_a), np.log(events_b / n_b)
    return log - np.hypot(a - a_low, b_high - b), log + np.hypot(a_high - a, b - b_low)


def odds_ratio(events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> Own:
    """An odds ratio with the interval of its logarithm by Woolf's standard error (10.1111/j.1469-1809.1955.tb01348.x)."""
    (a, not_a, b, not_b), corrected = _cells(events_a, n_a, events_b, n_b)
    return _ratio(np.log(a / not_a) - np.log(b / not_b), np.sqrt(1 / a + 1 / not_a + 1 / b + 1 / not_b), corrected)


def risk_difference(events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> Own:
    """A risk difference with Newcombe's interval (10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I)."""
    p, q = events_a / n_a, events_b / n_b
    (p_low, p_high), (q_low, q_high) = wilson(events_a, n_a), wilson(events_b, n_b)
    corrected = ((events_a == 0) | (events_a == n_a)) & ((events_b == 0) | (events_b == n_b))
    a, not_a, b, not_b = (cell + 0.5 * corrected for cell in (events_a, n_a - events_a, events_b, n_b - events_b))
    error = np.sqrt(a * not_a / (a + not_a) ** 3 + b * not_b / (b + not_b) ** 3)
    difference = p - q
    return Own(
        difference,
        difference - np.hypot(p - p_low, q_high - q),
        difference + np.hypot(p_high - p, q - q_low),
        difference,
        error,
        corrected,
    )


def _cells(events_a: Array, n_a: Array, events_b: Array, n_b: Array) -> tuple[tuple[Array, ...], Array]:
    """The four cells, corrected where one is empty, and where one was."""
    cells = (events_a, n_a - events_a, events_b, n_b - events_b)
    corrected = np.minimum.reduce(cells) == 0
    return tuple(np.where(corrected, more, cell) for cell, more in zip(cells, with_continuity(*cells), strict=True)), corrected


def with_continuity(a: Array, not_a: Array, b: Array, not_b: Array) -> tuple[Array, Array, Array, Array]:
    """The cells with one event and one non-event more, shared by the arms as their participants are: 1/2 in each of four cells where they are of one size.
    Both rates move alike, so that the one that is lower stays so, as it doesn't with 1/2 in arms of different size (10.1002/sim.1761).
    """
    n_a, n_b = a + not_a, b + not_b
    more_a, more_b = n_a / (n_a + n_b), n_b / (n_a + n_b)
    return a + more_a, not_a + more_a, b + more_b, not_b + more_b


def _ratio(log: Array, error: Array, corrected: Array) -> Own:
    with np.errstate(over="ignore"):
        return Own(np.exp(log), np.exp(log - Z * error), np.exp(log + Z * error), log, error, corrected)
