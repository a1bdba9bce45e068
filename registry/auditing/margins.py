"""How far a figure may be from a claim and still agree with it, and when it disagrees: fixed before any claim was judged.

The record docs/decisions/0011-verdicts.md says why these margins.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from registry.auditing.grounds import Word
from registry.auditing.spans import Span, is_share

__all__ = ["RATE_ODDS", "RATIO", "Bearing", "around", "everything", "loose", "moved", "settled", "view", "wanted"]

RATE_ODDS = 1.5
"""The odds ratio by which a rate may differ: about 10 points at 50%, 4 at 10%."""

LEAST_POINTS = 1.0
"""The least margin of a rate, in percentage points."""

RATIO = 1.25
"""The factor by which a ratio, a duration or a number of times may differ."""


def around(span: Span) -> Span:
    """A claim with its margin on either side."""
    low, high = moved(span.low, span.unit, down=True), moved(span.high, span.unit, down=False)
    return Span(max(low, span.least), min(high, span.most), span.unit)


def wanted(span: Span) -> Span:
    """All that a claim allows, and where a mean must lie to bear it out. Only a figure that stands for those near it has a margin here."""
    return around(span) if span.near else span


def moved(value: float, unit: str, *, down: bool) -> float:
    """A value further down, or up, by the margin of its unit."""
    if is_share(unit):
        share = min(max(value / 100, 0.0), 1.0)
        odds = RATE_ODDS ** (-1 if down else 1)
        moved = 100 * share * odds / (1 - share + share * odds)
        step = -LEAST_POINTS if down else LEAST_POINTS
        return min(max(min(moved, value + step) if down else max(moved, value + step), 0.0), 100.0)
    return value / RATIO if down else value * RATIO


def everything(span: Span) -> bool:
    """Whether a claim holds every possible value with its margin, as "up to 100%" does, and "1 to 99%": nothing could contradict it."""
    allowed = around(span)
    return allowed.low <= 0 and allowed.ends_open


@dataclass(frozen=True)
class Bearing:
    """What one figure says about a claim: it agrees, disagrees, or decides nothing. ``beyond``: it agrees with a bound, and is further
    away from it than the margin.
    """

    agrees: bool | None
    beyond: bool = False


def view(claim: Span, mean: Span, new: Span | None) -> Bearing:
    """What an average says about a claim.

    It agrees if the interval of the mean lies where it is ``wanted``. It disagrees if the interval for a new trial misses the claim and its margin:
    ``new``, None where none is known.
    """
    if wanted(claim).holds(mean):
        beyond = (
            mean.low > moved(claim.low, claim.unit, down=False)
            if claim.high_open
            else mean.high < moved(claim.high, claim.unit, down=True)
        )
        return Bearing(agrees=True, beyond=claim.one_sided and beyond)
    return Bearing(agrees=False if new is not None and not new.meets(around(claim)) else None)


def loose(claim: Span) -> str:
    """That figures agree with a bound and are far from it, in a sentence."""
    if claim.high_open:
        return "The claim understates: there are figures above it by more than the margin."
    return "The bound is loose: there are figures below it by more than the margin."


def settled(views: Collection[bool | None]) -> Word:
    """The verdict by all readings of a claim. Readings share trials, so they aren't votes: all agree, or all disagree, or it is open."""
    found = set(views)
    if found == {True}:
        return Word.SUPPORTED
    if found == {False}:
        return Word.CONTRADICTED
    return Word.UNVERIFIABLE if {True, False} <= found else Word.UNDECIDED
