"""Predictions for another trial, whatever made them: ``docs/decisions/0009-estimators-for-few-trials-and-few-events.md``."""

from __future__ import annotations

__all__ = ["prediction"]


def prediction(found: tuple[float, float], low: float, high: float) -> tuple[float, float]:
    """The ends of a prediction interval, none of them within the interval of the mean, ``low`` to ``high``.

    Another trial's figure is known no better than the mean, though a prediction at one control rate, or with a prior that the interval doesn't
    have, may say so.
    """
    return min(found[0], low), max(found[1], high)
