"""A block of a forest plot, drawn: columns of text with a picture between them, and an axis under it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile

from registry.forest.axes import axis_of
from registry.forest.columns import BODY, NAMES, ROW, SMALL, STEP, columns_of
from registry.forest.drawing import COLOURS, INK, RULE, SOFT, Drawing
from registry.forest.lines import Line, Panel

__all__ = ["draw_block"]

_BASE = 0.82
"""How far the base line is below the middle of a line, in mm."""


def draw_block(sheet: Drawing, block: Panel, x: float, y: float, width: float) -> float:
    """Draw a block ``width`` mm wide with its upper left corner at ``x``, ``y``; gives the y under it."""
    return _Drawing(sheet, block, x, width).drawn(y)


class _Drawing:
    def __init__(self, sheet: Drawing, block: Panel, x: float, width: float) -> None:
        self.sheet, self.block, self.x, self.width = sheet, block, x, width
        self.columns = columns_of(sheet, block, x, width)
        left, right = self.columns.left, self.columns.right
        self.axis = axis_of(block.scale, block.lines, left, right, lambda words: sheet.width_of(words, SMALL))

    def drawn(self, y: float) -> float:
        y = self.heads(y)
        heaviest, above = 100.0, y
        for number, line in enumerate(self.block.lines):
            if line.kind in NAMES:
                y = self.name(line, y if number == 0 else y + 1.2)
                continue
            if line.kind == "trial" and (number == 0 or self.block.lines[number - 1].kind != "trial"):
                heaviest = _heaviest(self.block.lines[number:])
            middle, end = self.row(line, y, line.weight / heaviest)
            before = self.block.lines[number - 1] if number and self.block.joined else line
            if before is not line and before.estimate is not None and line.estimate is not None:
                spots = (self.axis.within(before.estimate), above, self.axis.within(line.estimate), middle)
                # What joins stacked marks goes through the words between them, and leaves those readable where it is thin.
                self.sheet.line(*spots, colour=COLOURS[line.series], points=0.5 if self.columns.stacked else 1.0)
            above, y = middle, end
        y = self.foot(y)
        for text in self.sheet.wrapped(self.block.note, self.width, SMALL):
            y += STEP
            self.sheet.text(self.x, y - 0.3, text, SMALL, colour=SOFT)
        return y

    def heads(self, y: float) -> float:
        """The columns' names over a rule."""
        block, columns = self.block, self.columns
        contrast = block.sides is not None
        counts = ["events/n"] if contrast and any(line.kind == "trial" for line in block.lines) else []
        starts = (columns.first, *columns.cells)
        heads = [
            ([*self.sheet.wrapped(head, edge - start - 0.2, SMALL, bold=True), *counts], edge, COLOURS[i] if contrast else SOFT)
            for i, (head, start, edge) in enumerate(zip(block.heads, starts, columns.cells, strict=False))
        ]
        figure = self.sheet.wrapped(block.figure_head, columns.figure - columns.start, SMALL, bold=True)
        heads.append((figure, columns.figure, SOFT))
        most = max(len(lines) for lines, _, _ in heads)
        named = y + STEP * (1 if columns.apart else most)
        if columns.apart:
            y = named
        for lines, edge, colour in heads:
            for i, text in enumerate(lines):
                at = y + STEP * (most - len(lines) + i + 1) - 0.5
                self.sheet.text(edge, at, text, SMALL, colour=colour, bold=True, align="right")
        y += STEP * most
        self.sheet.text(self.x, named - 0.5, block.label_head, SMALL, colour=SOFT, bold=True)
        self.sheet.line(self.x, y + 0.5, columns.figure, y + 0.5, points=0.5)
        return y + 1.0

    def name(self, line: Line, y: float) -> float:
        """A name over the whole width: a subject's, with its mark, or a stratum's."""
        indent, colour = 0.0, INK
        if line.kind == "group":
            colour = COLOURS[line.series]
            if line.series < 2:
                self.dot(line.series, self.x + 0.9, y + ROW / 2, 1.5)
                indent = 2.6
        for text in self.sheet.wrapped(line.label, self.width - indent, BODY, bold=True):
            self.sheet.text(self.x + indent, y + ROW / 2 + _BASE, text, BODY, colour=colour, bold=True)
            y += 2.8
        return y + ROW - 2.8

    def row(self, line: Line, y: float, weight: float) -> tuple[float, float]:
        """A trial's line or a pooled one: texts, the picture's rules, and the mark on them. Gives the mark's y and the one under the line."""
        columns, bold = self.columns, line.kind == "pooled"
        label = self.sheet.wrapped(line.label, columns.label if line.cells else columns.free, BODY, bold=bold)
        heights = columns.heights(len(label), counts=bool(line.cells))
        for value in self.axis.rules:
            at, none = self.axis.place(value), value == self.block.scale.none
            colour, points = (INK, 0.5) if none else (RULE, 0.4)
            self.sheet.line(at, y + heights.top, at, y + heights.bottom, colour=colour, points=points)
        colour = SOFT if line.kind == "bar" else INK
        for number, text in enumerate(label):
            base = y + ROW / 2 + _BASE + STEP * number
            self.sheet.text(self.x, base, text, BODY, colour=colour, bold=bold, link=line.link)
        base = y + heights.figure + _BASE
        for text, edge in zip((*line.cells, line.figure), (*columns.cells[: len(line.cells)], columns.figure), strict=True):
            self.sheet.text(edge, base, text, BODY, colour=colour, bold=bold, align="right", link=line.link)
        middle = y + (heights.top + heights.bottom) / 2
        self.mark(line, middle, weight)
        return middle, y + heights.end

    def mark(self, line: Line, y: float, weight: float) -> None:
        if line.low is None or line.high is None:
            return
        axis, colour = self.axis, COLOURS[line.series]
        if line.reach is not None:
            one, other = map(axis.within, line.reach)
            self.sheet.line(one - 0.15, y, other + 0.15, y, colour=RULE, points=6.0)
        if line.kind == "pooled" and line.estimate is not None:
            ends = (axis.place(line.low), axis.place(line.high))
            within = (axis.place(axis.low), axis.place(axis.high))
            self.sheet.diamond(ends, axis.place(line.estimate), y, 2.3, colour, within=within, hollow=line.hollow)
            return
        points = 1.0 if line.kind == "bar" else 0.7
        low, high = axis.within(line.low), axis.within(line.high)
        self.sheet.line(low, y, high, y, colour=colour, points=points)
        for end, goes_on, way in ((low, line.low < axis.low, 1), (high, line.high > axis.high, -1)):
            if goes_on:
                self.sheet.shape([(end, y), (end + 0.9 * way, y - 0.55), (end + 0.9 * way, y + 0.55)], colour)
            elif line.kind == "bar":
                self.sheet.line(end, y - 0.6, end, y + 0.6, colour=colour, points=points)
        for value in line.dots:
            self.sheet.circle(axis.within(value), y, 1.4, colour, hollow=True)
        if line.estimate is not None:
            self.dot(line.series, axis.within(line.estimate), y, 0.7 + 1.2 * math.sqrt(weight))

    def dot(self, series: int, x: float, y: float, side: float) -> None:
        """A trial's mark: a circle for b, a square else, so that the two are distinguished without their colours."""
        (self.sheet.circle if series == 1 else self.sheet.square)(x, y, side, COLOURS[series])

    def foot(self, y: float) -> float:
        """The axis with its marks and, where two sides are compared, which way is whose."""
        axis, y = self.axis, y + 0.3
        self.sheet.line(self.columns.left, y, self.columns.right, y, points=0.5)
        for tick in axis.ticks:
            at = axis.place(tick)
            self.sheet.line(at, y, at, y + 0.7, points=0.5)
            self.sheet.text(at, y + 3.0, self.block.scale.tick(tick), SMALL, colour=SOFT, align="center")
        y += 3.6
        if self.block.sides is not None and self.block.scale.none is not None:
            none, (one, other) = axis.place(self.block.scale.none), self.block.sides
            left = self.sheet.wrapped(f"← {one}", none - 1.0 - self.x, SMALL)
            right = self.sheet.wrapped(f"{other} →", self.x + self.width - none - 1.0, SMALL)
            for number in range(max(len(left), len(right))):
                y += STEP
                if number < len(left):
                    self.sheet.text(none - 1.0, y - 0.3, left[number], SMALL, colour=SOFT, align="right")
                if number < len(right):
                    self.sheet.text(none + 1.0, y - 0.3, right[number], SMALL, colour=SOFT)
        return y + 0.6


def _heaviest(lines: Sequence[Line]) -> float:
    """The largest weight among the trials up to the next pooling. One trial alone has no weight, and a mark of middling size."""
    weights = [line.weight for line in takewhile(lambda line: line.kind == "trial", lines)]
    return max(weights) if len(weights) > 1 else 3 * weights[0]
