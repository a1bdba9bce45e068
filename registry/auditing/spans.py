"""Figures as spans: what a claim or a statement allows for, in units in which they can be compared with each other."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from schemas.claimed_units import is_most

__all__ = ["TIMES", "UNIT", "Span", "figure_in_words", "is_share", "rounded", "said", "span_of"]

_DAYS = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}

TIMES = tuple(_DAYS)
"""Units of time, which are compared with each other."""

_CLOSE = 1e-9

UNIT = r"trim(regexp_replace(unit, '[\s\pZ]+', ' ', 'g'))"
"""SQL: a unit as it is compared. A typeset one may have no-break or thin spaces."""


@dataclass(frozen=True)
class Span:
    """From ``low`` to ``high``, both included, in ``unit``; times are in days, whatever they were given in.

    ``near`` is a figure that stands for those near it as well, by the margin of its unit: a single one, or what is said to be "about" so much. A bound and a
    range are themselves how far a figure may be. ``least`` and ``most`` are what no margin reaches past: no effect, of a factor by which
    something is said to do better, or worse.
    """

    low: float
    high: float
    unit: str
    near: bool = False
    least: float = -math.inf
    most: float = math.inf

    @property
    def ends_open(self) -> bool:
        """Whether nothing of its unit is above it: no share is above 100%."""
        return self.high >= (100 if is_share(self.unit) else math.inf)

    @property
    def one_sided(self) -> bool:
        """Whether it is a bound, in whatever words: at least the low end, or at most the high one, as a range from 0 is."""
        return self.low < self.high and (self.low <= 0 or self.ends_open)

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


def is_share(unit: str) -> bool:
    """Whether it is a unit of shares, as `%` and `% with nausea` are."""
    return unit.partition(" ")[0] == "%"


def span_of(low: float | None, high: float | None, bound: str | None, unit: str | None) -> Span | None:
    """The span of a figure; None where there is none.

    `at least` has no upper end, or 100%, and `up to` begins at 0, unless it has a beginning too. An upper end alone is `up to`, unless a word says what else. A time without a number, ``days`` for "within days", is
    taken at its widest: less than one of the next larger unit. A unit of time may be in the singular, and in capitals. What allows the same is the same span,
    such as "up to 60%" and "0 to 60%".
    """
    if unit is None:
        return None
    first, _, rest = unit.partition(" ")
    scale = _DAYS.get(f"{first.lower().removesuffix('s')}s")
    within = f"days {rest}".strip() if scale is not None else unit
    if low is None and high is None:
        larger = [days for days in _DAYS.values() if scale is not None and days > scale]
        return Span(0, min(larger), within) if larger and not rest else None
    start, end = (value for value in (low if low is not None else high, high if high is not None else low) if value is not None)
    if bound == "at-least":
        end = 100 if first == "%" else math.inf
    if is_most(low, high, bound):
        start = 0
    near = bound == "about" or start == end
    return Span(start * (scale or 1), end * (scale or 1), within, near=near)


_COUNTED = re.compile(r"^(?:[^\W\d][\w-]*(?:ed|al|blind|label|arm),? )*(?!odds|series)\w[\w-]*s\b")
"""What is counted, with what describes it: "weeks", "times" of "times a day", "randomised controlled trials"."""


def _one(words: str) -> str:
    """One of what is counted in the plural."""
    for many, one in (("analyses", "analysis"), ("ies", "y"), ("is", "is"), ("ss", "ss"), ("s", "")):
        if words.lower().endswith(many):
            return words[: -len(many)] + one
    return words


def figure_in_words(low: float | None, high: float | None, bound: str | None, unit: str | None) -> str:
    """A figure as one would say it: "about 45%", "6 to 12 months or more", "within days"."""
    if low is None and high is None:
        return f"within {unit}" if unit else "no figure"
    both = low is not None and high is not None and low != high
    number = f"{low:.12g} to {high:.12g}" if both else f"{high if low is None else low:.12g}"
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
