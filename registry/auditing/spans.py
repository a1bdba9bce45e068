"""Figures as spans: what a claim or a statement allows for, in units in which they can be compared with each other."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from schemas.claimed_units import is_most

__all__ = ["UNIT", "Span", "figure_in_words", "rounded", "said", "span_of"]

_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}

_CLOSE = 1e-9

UNIT = r"trim(regexp_replace(unit, '[\s\pZ]+', ' ', 'g'))"
"""SQL: a unit as it is compared. A typeset one may have no-break or thin spaces."""


@dataclass(frozen=True)
class Span:
    """From ``low`` to ``high``, both included, in ``unit``; times are in days, whatever they were given in.

    ``one_sided`` is a bound: at least the low end, or at most the high one. ``exact`` is a range that is itself how far a figure may be, so that a mean has no
    margin beyond it, as it has none beyond a bound. ``least`` and ``most`` are what no margin reaches past: no effect, of a factor by which something is
    said to do better, or worse.
    """

    low: float
    high: float
    unit: str
    one_sided: bool = False
    exact: bool = False
    least: float = -math.inf
    most: float = math.inf

    @property
    def high_open(self) -> bool:
        """Whether it is a bound from below: at least so much."""
        return self.one_sided and self.low > 0

    def holds(self, other: Span) -> bool:
        """Whether the other lies within it."""
        slack = _CLOSE * max(1, abs(self.low), abs(other.low))
        return self.low <= other.low + slack and other.high <= self.high + slack

    def meets(self, other: Span) -> bool:
        """Whether the two overlap."""
        slack = _CLOSE * max(1, abs(self.low), abs(other.low))
        return self.low <= other.high + slack and other.low <= self.high + slack


def span_of(low: float | None, high: float | None, bound: str | None, unit: str | None) -> Span | None:
    """The span of a figure; None where there is none.

    `at least` has no upper end, or 100%, and `up to` begins at 0, unless it has a beginning too. An upper end alone is `up to`, unless a word says what else. A time without a number, ``days`` for "within days", is
    taken at its widest: less than one of the next larger unit. A unit of time may be in the singular, and in capitals.
    """
    if unit is None:
        return None
    first, _, rest = unit.partition(" ")
    scale = _DAYS.get(f"{first.lower().removesuffix('s')}s")
    within = f"days {rest}".strip() if scale is not None else unit
    if low is None and high is None:
        larger = [days for days in _DAYS.values() if scale is not None and days > scale]
        return Span(0, min(larger), within, one_sided=True) if larger and not rest else None
    start, end = (value for value in (low if low is not None else high, high if high is not None else low) if value is not None)
    if bound == "at-least":
        end = 100 if first == "%" else math.inf
    most = is_most(low, high, bound)
    if most:
        start = 0
    return Span(start * (scale or 1), end * (scale or 1), within, one_sided=bound == "at-least" or most)


_COUNTED = re.compile(r"^(?:[^\W\d][\w-]*(?:ed|al|blind|label|arm),? )*(?!odds|series)\w[\w-]*s\b")
"""What is counted, with what describes it: "weeks", "times" of "times a day", "randomised controlled trials"."""


def _one(words: str) -> str:
    """One of what is counted in the plural."""
    for many, one in (("analyses", "analysis"), ("ies", "y"), ("ss", "ss"), ("s", "")):
        if words.lower().endswith(many):
            return words[: -len(many)] + one
    return words


def figure_in_words(low: float | None, high: float | None, bound: str | None, unit: str | None) -> str:
    """A figure as one would say it: "about 45%", "6 to 12 months or more", "within days"."""
    if low is None and high is None:
        return f"within {unit}" if unit else "no figure"
    both = low is not None and high is not None and low != high
    number = f"{low:g} to {high:g}" if both else f"{high if low is None else low:g}"
    first = (unit or "").partition(" ")[0]
    counted = _COUNTED.sub(lambda found: _one(found[0]), unit, count=1) if unit and number == "1" else unit
    said = f"{number}{unit}" if first == "%" else f"{number} {counted}" if counted else number
    if bound == "at-least":
        return f"{said} or more" if both else f"at least {said}"
    return f"up to {said}" if is_most(low, high, bound) else f"about {said}" if bound == "about" else said


def rounded(value: float, unit: str, *, up: bool | None = None) -> float:
    """A value as a span keeps it, in the unit in which it was given, to as many places as are read.

    What must not be passed is rounded ``up`` or down, of a rate to a tenth of a point.
    """
    value /= _DAYS.get(f"{unit.partition(' ')[0].lower().removesuffix('s')}s", 1.0)
    if up is None:
        return float(f"{value:.0f}" if unit == "%" or value >= 100 else f"{value:.3g}")
    places = 1 if unit == "%" or value <= 0 else 2 - math.floor(math.log10(value))
    step = 10.0**-places
    return round((math.ceil(value / step - _CLOSE) if up else math.floor(value / step + _CLOSE)) * step, max(places, 0))


def said(value: float, unit: str, *, up: bool | None = None) -> str:
    """The same in words: "1.6 hours a session"."""
    return figure_in_words(rounded(value, unit, up=up), None, None, unit)
