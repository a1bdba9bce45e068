"""Units in which a claim says by how much one treatment does better than another, and which of the two each figure says it is.

A figure says which by where its unit has no difference: a ratio at 1, a difference at 0; a number to treat has the sign of one. But it does so only of an
outcome of which more is better: points may be of a scale on which fewer are, a hazard or an incidence is as often one of relapse, and "fewer" is better of those.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from schemas.outcome_words import COMPARED
from schemas.vocabulary import rows

__all__ = ["IN_TIMES", "RATIO", "is_most", "outcome_in", "side_claimed"]

_COMPARED, _ANY = "|".join(COMPARED), "|".join(row["term"] for row in rows("outcome_words"))

IN_TIMES = re.compile(rf"fold|x|×|rr|risk ratio|relative risk|times(?: as (?:likely|many|often)| the (?:(?:{_COMPARED}) )?rate)?")
"""Units of the ratio of two rates, in small letters. Times the odds, the hazard or the dropouts are others, times less isn't better, and times more may be
one more.
"""

_OF, _WHAT = rf"(?: (?:of|for|in|to) (?:{_ANY})s?)?", rf"(?:(?:{_ANY}) )?"

RATIO = (
    rf"fold|x|×|times(?: as (?:likely|many|often))?|times the {_WHAT}(?:odds|rates?|hazards?|chances?|probability|risks?){_OF}"
    rf"|{_WHAT}(?:(?:odds|risk|rate|hazards?|incidence rate) ratios?|relative (?:odds|risk|rate|hazard)){_OF}|or|rr|hr|irr"
)
"""A pattern of the units of any ratio."""

_SHARES = rf"(?:(?:%|per ?cent)(?: points?)?|percentage points?|pp){_OF}|{_WHAT}(?:absolute )?(?:risk|rate) differences?{_OF}|rd"
_TO_TREAT = r"nnts?|numbers? needed to treat|(?:people|patients|participants) to treat"
_MORE = r" (?:(?:more|higher|better|greater)|(?P<less>less|lower|fewer|worse|smaller))(?: likely| often)?"


@dataclass(frozen=True)
class _Kind:
    """Units of one kind: where in them there is ``no`` difference, by each way to read them; the ``least`` that a figure can be; whether a bound has the sign
    of its figure.
    """

    units: re.Pattern[str]
    no: tuple[float, ...]
    least: float = -math.inf
    by_sign: bool = False


_KINDS = (
    _Kind(re.compile(RATIO), (1.0,), 0.0),
    _Kind(re.compile(rf"(?:{_SHARES}|points?{_OF})(?:{_MORE})?"), (0.0,)),
    # Twice more is twice as much, or three times.
    _Kind(re.compile(rf"(?:times|fold){_MORE}"), (0.0, 1.0)),
    _Kind(re.compile(_TO_TREAT), (0.0,), by_sign=True),
)

_OF_RATES = re.compile(
    rf"{_SHARES}|{_TO_TREAT}|(?:odds|risk|rate) ratios?|relative (?:odds|rate)|or|rr|times the (?:odds|rates?|chances?|probability)"
)
"""Units in which rates of response and remission are compared, by themselves. Of others, such as a hazard ratio, "fewer" or bare points, somebody must say the
outcome.
"""


def side_claimed(low: float | None, high: float | None, bound: str | None, unit: str | None, outcome: str | None) -> int | None:
    """Which of the two does better, by a figure, its unit and the outcome that the claim names: 1 the subject, −1 the comparator, 0 neither or either. None
    where it isn't known, as of points, which may be points on a scale, whatever else is named.
    """
    words, of_unit = (unit or "").lower(), outcome_in(unit)
    certain = _OF_RATES.fullmatch(words) if outcome is None else outcome in COMPARED and of_unit in {None, outcome}
    if not certain or (of_unit is None and words.startswith("point")):
        return None
    found = next(((kind, match) for kind in _KINDS if (match := kind.units.fullmatch(words)) is not None), None)
    given = [value for value in (low, high) if value is not None]
    if found is None or not given:
        return None
    kind, match = found
    start, end = given[0], given[-1]
    if not kind.by_sign:
        if bound == "at-least":
            end = math.inf
        elif is_most(low, high, bound):
            start = kind.least
    sides = {0 if start == end == no else 1 if start >= no else -1 if end <= no else 0 for no in kind.no}
    (side,) = sides if len(sides) == 1 else (None,)
    return -side if side is not None and match.groupdict().get("less") else side


def is_most(low: float | None, high: float | None, bound: str | None) -> bool:
    """Whether a figure is an upper end alone: said to be "up to" so much, and no range, or in the place of one where no word says what else it is."""
    is_range = low is not None and high is not None and low != high
    return (bound == "up-to" and not is_range) or (bound is None and low is None and high is not None)


def outcome_in(unit: str | None) -> str | None:
    """The outcome that a unit names, as "times the odds of remission" does; None where it names none."""
    found = re.search(rf"\b({_ANY})s?\b", (unit or "").lower())
    return None if found is None else found[1]
