"""The window of time that a day falls in, and what days are counted from."""

from __future__ import annotations

import math
from functools import cache

from schemas.vocabulary import rows

__all__ = ["AT_EXIT", "EXIT", "anchors_of", "counted_from", "distance", "in_window", "is_baseline", "told_window", "window_of"]

EXIT = "study-exit"
"""The anchor that needs no day: the last visit of each participant, whenever that was."""

_PREFERRED = "days 42-70"
"""10.1016/S0140-6736(17)32802-7: eight weeks, else the nearest days from 4 to 12 weeks."""

AT_EXIT = "end of the study"
"""The window of that visit."""


def window_of(day: float | None, anchor: str | None = None) -> str:
    """The days that a day's window holds, as the vocabulary ``windows`` has them; of a day that is in none, the day itself."""
    if anchor == EXIT and not day:
        return AT_EXIT
    if day is None:
        return "unstated"
    for row in rows("windows"):
        if day > 0 and float(row["from_day"]) <= day and (not row["before_day"] or day < float(row["before_day"])):
            return row["label"]
    return f"day {day:g}"


@cache
def distance(window: str) -> float:
    """How far a window is from the one that reviews of acute treatment prefer, eight weeks: by how many times its nominal day is another (natural logarithm).
    Infinite of one that the vocabulary hasn't.
    """
    days = {row["label"]: float(row["nominal_day"]) for row in rows("windows")}
    return abs(math.log(days[window] / days[_PREFERRED])) if window in days else math.inf


def in_window(day: str) -> str:
    """SQL: whether a day is in a window ``w`` of the vocabulary."""
    return f"{day} > 0 AND {day} >= w.from_day AND (w.before_day IS NULL OR {day} < w.before_day)"


def is_baseline(day: str, anchor: str) -> str:
    """SQL: whether a day is that of the baseline, when nobody has responded yet."""
    return f"{day} IS NOT DISTINCT FROM 0 AND coalesce({anchor}, 'unstated') NOT IN ('last-dose', 'study-exit')"


def told_window(window: str) -> str:
    """When something in a window was seen: ``on days 42-70``, ``in hours 0-11``, ``from day 400 on``, ``at the end of the study``."""
    if window.startswith("from "):
        return f"{window} on"
    return f"at the {window}" if window == AT_EXIT else f"{'in' if window.startswith('hours') else 'on'} {window}"


def anchors_of(counted: str) -> list[str]:
    """The anchors whose days are counted from there, such as the ``start``."""
    return [row["term"] for row in rows("timepoint_anchors") if row["counted_from"] == counted]


def counted_from(anchor: str) -> str:
    """What the days of an anchor are counted from: anchors that share it share windows."""
    return next(row["counted_from"] for row in rows("timepoint_anchors") if row["term"] == anchor)
