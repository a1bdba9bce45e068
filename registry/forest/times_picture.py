"""Rates over time: the day against the rate, a panel for each class of definitions, the windows of days side by side on the axis."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from registry.forest.columns import BODY, SMALL
from registry.forest.drawing import COLOURS, INK, RULE, SOFT, Drawing
from registry.forest.lines import Words
from registry.forest.pictures import Picture
from registry.pooling.by_subject import grouped
from registry.strata.rows import Row, rows_of
from schemas.vocabulary import rows as vocabulary
from schemas.wording import counted, told_day

__all__ = ["Window", "times_of", "windows_shown"]

_MOST_PANELS = 6
_HIGH, _HEAD, _FOOT, _GUTTER = 22.0, 2.9, 4.2, 6.0
"""Of a panel, in mm: its height, a line of its name, its axis; and what is between two beside each other."""

_WIDE = 120.0
"""The least width at which panels are in two columns, in mm."""

_LEFT = 6.6
_SMALLEST, _LARGEST = 0.9, 2.2
"""Sides of the marks of the fewest people and of the most, in mm; areas are by people."""

_START = "start"

_KEY = "Marks: arms of trials, area by people; lines join an arm’s visits by one rule. The days on the axis are where one window ends and the next begins; within a window they are evenly spread."

_CODE = """kinds <- unique(d$class)
par(mfrow = n2mfrow(length(kinds)), mar = c(4, 4, 2, 1))
for (one in kinds) {
  s <- d[d$class == one, ]
  plot(s$day, 100 * s$rate, log = "x", xlim = range(d$day), ylim = c(0, 100), xlab = "Day", ylab = "Rate, %", main = one, cex.main = 0.7,
       pch = ifelse(s$subject == d$subject[1], 0, 1), cex = 0.5 + 2 * sqrt(s$n / max(d$n)))
}
"""


@dataclass(frozen=True)
class Window:
    """A window of days: the first, and the first that is not in it any more; None where it has no end."""

    start: float
    end: float | None

    def share(self, day: float) -> float:
        """How far into the window a day is, from 0 to 1."""
        length = self.start if self.end is None else self.end - self.start
        return min((day - self.start) / length, 1.0)

    def holds(self, day: float) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


def windows_shown(days: Sequence[float]) -> list[Window]:
    """The windows of the vocabulary from the first to the last that holds one of the days."""
    every = sorted(
        (
            Window(float(row["from_day"]), float(row["before_day"]) if row["before_day"] else None)
            for row in vocabulary("windows")
        ),
        key=lambda window: window.start,
    )
    held = [number for number, window in enumerate(every) if any(window.holds(day) for day in days)]
    return every[held[0] : held[-1] + 1] if held else []


def times_of(rows: Sequence[Row], subjects: Sequence[str], outcome: str, words: Words) -> Picture | None:
    """The picture of an outcome's rates of one subject or two by day; None where none has a day that counts from the start of treatment."""
    every = [(number, row) for number, subject in enumerate(subjects) for row in rows_of(rows, subject) if row.outcome == outcome]
    own = [(number, row) for number, row in every if not row.imputed]
    drawn = [(number, row) for number, row in own if row.counted_from == _START and row.day is not None and row.day > 0]
    if not drawn:
        return None
    by_class = grouped([row for _, row in drawn], lambda row: row.comparability_class)
    of_each = {name: Counter(number for number, row in drawn if row.comparability_class == name) for name in by_class}
    # Rules by which there are rates of both come first.
    fewest = {name: min(held[number] for number in range(len(subjects))) for name, held in of_each.items()}
    order = sorted(by_class, key=lambda name: (-fewest[name], -len(by_class[name]), name))
    shown = order[:_MOST_PANELS]
    place = {name: number for number, name in enumerate(order)}
    table: list[dict[str, Any]] = [
        {
            "class": words(row.comparability_class),
            "subject": words(subjects[number]),
            "study": row.study,
            "arm": row.arm,
            "definition": row.definition,
            "day": row.day,
            "n": row.n,
            "events": row.events,
            "rate": row.rate,
        }
        for number, row in sorted(
            drawn, key=lambda one: (place[one[1].comparability_class], one[1].day, one[1].study, one[1].arm_id)
        )
    ]
    left = []
    if len(every) > len(own):
        left.append(f"{counted(len(every) - len(own), 'rate')} worked out from means")
    if len(own) > len(drawn):
        left.append(f"{counted(len(own) - len(drawn), 'rate')} whose day is unstated or counts from elsewhere")
    if more := len(order) - len(shown):
        left.append(
            f"{counted(sum(len(by_class[name]) for name in order[_MOST_PANELS:]), 'rate')} by {counted(more, 'other rule')}, which are in the table"
        )
    names = " and with ".join(words(subject) for subject in subjects)
    panels = [
        (f"{words(name)} ({len(by_class[name])})", [one for one in drawn if one[1].comparability_class == name]) for name in shown
    ]
    note = f"{_KEY} Not drawn: {'; '.join(left)}." if left else _KEY
    days = sorted(row.day for _, row in drawn if row.day is not None)
    trials = Counter(row.trial for _, row in drawn)
    return Picture(
        f"times-{outcome}",
        f"{outcome.capitalize()} over time with {names}",
        f"{counted(len(drawn), 'rate')} of {counted(len(trials), 'trial')} by {counted(len(order), 'kind')} of definition, "
        f"from {told_day(days[0])} to {told_day(days[-1])}. What is pooled of them is on pages of comparisons.",
        table,
        _CODE,
        lambda sheet, x, y, width: _Panels(sheet, panels, windows_shown(days), words, subjects).drawn(note, x, y, width),
    )


class _Panels:
    def __init__(
        self,
        sheet: Drawing,
        panels: Sequence[tuple[str, Sequence[tuple[int, Row]]]],
        windows: Sequence[Window],
        words: Words,
        subjects: Sequence[str],
    ) -> None:
        self.sheet, self.panels, self.windows, self.words, self.subjects = sheet, panels, windows, words, subjects
        self.most = max(row.n for _, some in panels for _, row in some)

    def drawn(self, note: str, x: float, y: float, width: float) -> float:
        if len(self.subjects) == 2:
            for number, subject in enumerate(self.subjects):
                self.marks(number, [(x + 1.0, y + _HEAD - 0.9, 1.6)])
                for text in self.sheet.wrapped(self.words(subject), width - 2.8, BODY, bold=True):
                    y += _HEAD
                    self.sheet.text(x + 2.8, y - 0.2, text, BODY, colour=COLOURS[number], bold=True)
            y += 0.8
        columns = 2 if width > _WIDE and len(self.panels) > 1 else 1
        each = (width - _GUTTER * (columns - 1)) / columns
        for start in range(0, len(self.panels), columns):
            beside = self.panels[start : start + columns]
            heads = [self.sheet.wrapped(name, each, BODY, bold=True) for name, _ in beside]
            top = y + _HEAD * max(map(len, heads)) + 1.5
            for number, (_, some) in enumerate(beside):
                left = x + number * (each + _GUTTER)
                for line, text in enumerate(heads[number]):
                    self.sheet.text(left, y + _HEAD * (line + 1) - 0.6, text, BODY, bold=True)
                self.panel(some, left + _LEFT, top, each - _LEFT - 1.5)
            y = top + _HIGH + _FOOT + 1.6
        for text in self.sheet.wrapped(note, width, SMALL):
            y += 2.6
            self.sheet.text(x, y - 0.3, text, SMALL, colour=SOFT)
        return y + 0.3

    def panel(self, some: Sequence[tuple[int, Row]], x: float, y: float, width: float) -> None:
        """The axes, then what is on them."""
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            at = y + _HIGH * (1 - share)
            self.sheet.line(x, at, x + width, at, colour=RULE if share else INK, points=0.4 if share else 0.5)
            if share in {0.0, 0.5, 1.0}:
                self.sheet.text(
                    x - 0.8,
                    at + 0.75,
                    f"{100 * share:.0f}%" if share == 1 else f"{100 * share:.0f}",
                    SMALL,
                    colour=SOFT,
                    align="right",
                )
        first = self.sheet.width_of(f"{self.windows[0].start:g}", SMALL)
        self.sheet.text(x - first / 2 - 0.7, y + _HIGH + 3.2, "Day", SMALL, colour=SOFT, align="right")
        step, last = width / len(self.windows), -math.inf
        edges = [(number, window.start) for number, window in enumerate(self.windows)]
        if (end := self.windows[-1].end) is not None:
            edges.append((len(self.windows), end))
        for number, day in edges:
            at = x + step * number
            self.sheet.line(at, y, at, y + _HIGH + 0.7, colour=RULE, points=0.4)
            said = f"{day:g}"
            half = self.sheet.width_of(said, SMALL) / 2
            if at - half > last + 0.6:
                self.sheet.text(at, y + _HIGH + 3.2, said, SMALL, colour=SOFT, align="center")
                last = at + half
        visits = grouped(
            [row for _, row in some], lambda row: (row.package, row.study_id, row.arm_id, row.definition, row.analysis_set)
        )
        series = {id(row): number for number, row in some}
        for rows in visits.values():
            spots = sorted((self.across(row, x, step), y + _HIGH * (1 - row.rate), series[id(row)]) for row in rows)
            for (x0, y0, number), (x1, y1, _) in pairwise(spots):
                self.sheet.line(x0, y0, x1, y1, colour=COLOURS[number], points=0.5)
        placed = [
            (
                number,
                self.across(row, x, step),
                y + _HIGH * (1 - row.rate),
                max(_SMALLEST, _LARGEST * math.sqrt(row.n / self.most)),
            )
            for number, row in some
        ]
        self.marks(0, [spot for number, *spot in placed if number == 0])
        self.marks(1, [spot for number, *spot in placed if number == 1])

    def across(self, row: Row, x: float, step: float) -> float:
        day = row.day or 0.0
        number = next(number for number, window in enumerate(self.windows) if window.holds(day))
        return x + step * (number + self.windows[number].share(day))

    def marks(self, number: int, spots: Sequence[Sequence[float]]) -> None:
        """Squares for the first subject and circles for the second, each with its place and side; hollow, so that those behind are seen."""
        if number == 1:
            for x, y, side in spots:
                self.sheet.circle(x, y, side, COLOURS[1], hollow=True)
        elif spots:
            halves = [(x, y, side / 2) for x, y, side in spots]
            self.sheet.outlines(
                [[(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)] for x, y, h in halves], COLOURS[0]
            )
