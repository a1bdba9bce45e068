"""Confidence intervals in SQL for DuckDB, each in this one place."""

from __future__ import annotations

__all__ = ["Z", "wilson"]

Z = 1.959963984540054
"""The normal quantile of a 95% interval."""


def wilson(events: str, n: str) -> tuple[str, str]:
    """SQL for the lower and the upper end of Wilson's 95% interval for ``events`` of ``n`` (10.1080/01621459.1927.10502953).

    It stays within 0 and 1 and holds its level at small counts. Both ends are null where a count is, where n is 0, and where
    events aren't within 0 and n. ``events`` and ``n`` are SQL expressions of whole numbers.
    """
    # DuckDB's greatest() and least() pass over nulls: without the test, an unstated count would have the interval from 0 to 1.
    counted = f"{n} > 0 AND {events} BETWEEN 0 AND {n}"
    # Doubles throughout: twice a count that nobody can have overflows a whole number.
    middle = f"2e0 * {events} + {Z**2}"
    spread = f"{Z} * sqrt({Z**2} + 4e0 * {events} * (1 - {events} / {n}))"
    whole = f"(2 * ({n} + {Z**2}))"
    # At no events the lower end is 0 but for a rounding error, which may fall beyond the rate itself.
    low = f"greatest(0, least({events} / {n}, ({middle} - {spread}) / {whole}))"
    high = f"least(1, greatest({events} / {n}, ({middle} + {spread}) / {whole}))"
    return f"CASE WHEN {counted} THEN {low} END", f"CASE WHEN {counted} THEN {high} END"
