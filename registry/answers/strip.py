"""A strip plot: a claimed rate, with its margin, beside every rate that the registry has, and the pooled ones under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from registry.auditing.grounds import Evidence, Placed
from registry.auditing.margins import around
from registry.auditing.spans import Span
from registry.exporting.tables import Table
from registry.forest.columns import BODY, SMALL
from registry.forest.drawing import COLOURS, INK, RULE, SOFT, Drawing, letter_of
from registry.forest.pictures import Picture
from validation.formats.visible import visible

__all__ = ["Strip", "strip_picture"]

_POINT = 25.4 / 72
_LEFT, _RIGHT = 4.5, 3.5
_HEAD, _ROW, _STEP = 3.4, 3.4, 2.6
_HIGHEST = 25.0
"""The most that dots are piled up; where there are more, they are smaller."""
_SIZES = (0.68, 0.54, 0.43, 0.34, 0.25, 0.18)
"""Radii of dots, in mm."""


@dataclass(frozen=True)
class Strip:
    """What is plotted: ``claim`` in per cent or None, ``said`` in words, all rates held, and those pooled in readings of the claim."""

    claim: Span | None
    said: str
    rates: tuple[Placed, ...]
    readings: tuple[Evidence, ...]


def strip_picture(strip: Strip, name: str, title: str, says: str, table: Table) -> Picture:
    """The plot as a picture; ``table`` has its rates, each with a ``place``."""
    span = strip.claim
    marked = "" if span is None else f'abline(v = c({span.low:g}, {span.high:g}), col = "grey40")\n'
    code = f'stripchart(100 * d$rate ~ d$place, method = "stack", pch = 1, xlim = c(0, 100), xlab = "Rate, %", las = 1)\n{marked}'
    return Picture(name, title, says, table, code, lambda sheet, x, y, width: _drawn(sheet, strip, (x, y, width)))


def _drawn(sheet: Drawing, strip: Strip, at: tuple[float, float, float]) -> float:
    """Draw it from the left edge, the top and in the width of ``at``; gives its lower edge."""
    x, y, width = at
    left, right = x + _LEFT, x + width - _RIGHT

    def across(share: float) -> float:
        return left + (right - left) * share

    radius, dots = _piled(sorted(strip.rates, key=lambda one: (not one.read, not one.here, one.row.rate)), right - left)
    claimed = sheet.wrapped(visible(strip.said), width, BODY, bold=True) if strip.claim is not None else []
    top = y + _HEAD * len(claimed)
    axis = top + max((high for _, high, _ in dots), default=0.0) + radius + 1.2
    bottom = axis + 4.2 + _ROW * len(strip.readings)
    if strip.claim is not None:
        _claim(sheet, strip, claimed, across, (y, top, bottom))
    for tick in (0, 25, 50, 75, 100):
        place = across(tick / 100)
        sheet.line(place, top, place, axis, colour=SOFT, points=0.25)
        half = sheet.width_of(f"{tick}%", SMALL) / 2
        sheet.text(min(place, x + width - half), axis + 3.0, f"{tick}%", SMALL, colour=SOFT, align="center")
    sheet.line(left, axis, right, axis, colour=INK, points=0.5)
    _marks(sheet, [(left + place, axis - high - 0.4, one) for place, high, one in dots], radius)
    for number, reading in enumerate(strip.readings):
        _reading(sheet, reading, letter_of(number), across, (x, axis + 4.2 + _ROW * (number + 0.5)))
    y = bottom + 0.6
    for text in sheet.wrapped(_key(strip), width, SMALL):
        y += _STEP
        sheet.text(x, y - 0.3, text, SMALL, colour=SOFT)
    return y + 0.3


def _claim(
    sheet: Drawing, strip: Strip, claimed: Sequence[str], across: Callable[[float], float], edges: tuple[float, float, float]
) -> None:
    """The claim as lines at its ends, on a band that has its margin; ``edges`` are where its words, the dots and the plot begin and end."""
    span, (head, top, bottom) = strip.claim, edges
    if span is None:
        return
    allowed = around(span)
    ends = [across(min(max(value / 100, 0.0), 1.0)) for value in (allowed.low, allowed.high)]
    middle = sum(ends) / 2
    sheet.line(middle, top, middle, bottom, colour=RULE, points=max(ends[1] - ends[0], 0.2) / _POINT)
    for value in dict.fromkeys((span.low, span.high)):
        sheet.line(across(value / 100), top, across(value / 100), bottom, colour=COLOURS[1], points=1.0)
    for number, words in enumerate(claimed):
        half = sheet.width_of(words, BODY, bold=True) / 2
        low, high = across(0.0) - _LEFT + half, across(1.0) + _RIGHT - half
        place = min(max(across((span.low + span.high) / 200), low), max(low, high))
        sheet.text(place, head + 2.5 + _HEAD * number, words, BODY, colour=COLOURS[1], bold=True, align="center")


def _marks(sheet: Drawing, dots: Sequence[tuple[float, float, Placed]], radius: float) -> None:
    """A filled dot for a rate in a reading, a hollow one for another of these people, an upright stroke for one of other people."""
    for read in (True, False):
        if spots := [(x, y) for x, y, one in dots if (one.read, one.read or one.here) == (read, True)]:
            sheet.circles(spots, radius / sheet.ROUND, COLOURS[0], hollow=not read)
    for x, y, one in dots:
        if not (one.read or one.here):
            sheet.line(x, y - 0.8 * radius, x, y + 0.8 * radius, colour=SOFT, points=0.7)


def _reading(sheet: Drawing, reading: Evidence, letter: str, across: Callable[[float], float], at: tuple[float, float]) -> None:
    figures, (x, y) = reading.figures, at
    sheet.text(x, y + 0.8, letter, BODY)
    if figures["prediction_low"] is not None and figures["prediction_high"] is not None:
        sheet.line(across(figures["prediction_low"]), y, across(figures["prediction_high"]), y, colour=COLOURS[0], points=0.7)
    sheet.line(across(figures["low"]), y, across(figures["high"]), y, colour=COLOURS[0], points=2.8)
    sheet.circle(across(figures["estimate"]), y, 1.2, COLOURS[0], hollow=True)


def _key(strip: Strip) -> str:
    kinds = "filled if in a reading, hollow if of these people but in none" if strip.readings else "hollow if of these people"
    told = [f"Each mark above the axis is a rate that the registry has: {kinds}, a stroke if of others."]
    if strip.claim is not None:
        told.append("The line through all is the claim, the band around it the margin.")
    if strip.readings:
        told.append(
            "Under the axis are the readings: the mean with its 95% interval (thick) and the interval for a new trial (thin)."
        )
    return " ".join(told)


def _piled(rates: Sequence[Placed], length: float) -> tuple[float, list[tuple[float, float, Placed]]]:
    """The dots along the axis, piled up where they would cover each other, each with how far it is above the axis; the first ones are lowest."""
    for radius in _SIZES:
        step = 2 * radius + 0.11
        piles: Counter[int] = Counter()
        dots = []
        for one in rates:
            place = round(length * one.row.rate / step)
            dots.append((min(place * step, length), radius + piles[place] * step, one))
            piles[place] += 1
        if not piles or max(piles.values()) * step <= _HIGHEST:
            break
    return radius, dots
