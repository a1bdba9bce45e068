"""The window of time that a day falls in."""

from __future__ import annotations

from schemas.vocabulary import rows

__all__ = ["window_of"]


def window_of(day: float | None) -> str:
    """The days that a day's window holds, as the vocabulary ``windows`` has them; of a day that is in none, the day itself."""
    if day is None:
        return "unstated"
    for row in rows("windows"):
        if day > 0 and float(row["from_day"]) <= day and (not row["before_day"] or day < float(row["before_day"])):
            return row["label"]
    return f"day {day:g}"
