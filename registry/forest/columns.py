"""Where the parts of a block stand: its words in columns, and the marks between them or, on narrow paper, each on a line of its own below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.forest.drawing import Drawing
from registry.forest.lines import Panel

__all__ = ["BODY", "NAMES", "NARROW", "ROW", "SMALL", "STEP", "Columns", "Heights", "columns_of"]

BODY, SMALL = 6.5, 6.0
"""Sizes of text in points; nothing is smaller."""

ROW, STEP = 3.25, 2.6
"""Height of a line, and of each further one of its label, in mm."""

NAMES = frozenset({"group", "stratum"})
"""Kinds of lines that are a name over the whole width."""

NARROW = 66.0
"""Paper below this width, in mm, is narrow: words leave too little beside them for an axis or a circle."""

_MARK, _BELOW, _INSET = 2.6, 0.9, 2.0
"""Of a mark under its words, in mm: the height of its line, what parts it from the next line, and how far the axis stays within the edges, which
is half of its longest number.
"""

_GAP = 1.4
_LEAST_LABEL = 17.0
_SHARE, _LEAST_PICTURE = 0.4, 16.0
"""Of the width, the share that the picture has where the labels' words leave it so much, and how little they may leave it, in mm."""

_MOST_HEAD = 0.155
"""Of the width, the share to which a column grows for its name."""


@dataclass(frozen=True)
class Heights:
    """Of a line's parts, in mm under its upper edge: the middle of its counts and its figure, the ends of what its mark has, and its lower edge."""

    figure: float
    top: float
    bottom: float
    end: float


@dataclass(frozen=True)
class Columns:
    """Where things stand, in mm: how wide the labels of lines with counts are and those of the others, the left edge of the first counts and the
    right ones of all, the axis's ends, and both edges of the figure. Marks are ``stacked`` under the words, and where labels are ``apart``, so are
    counts and figure.
    """

    label: float
    free: float
    first: float
    cells: tuple[float, ...]
    left: float
    right: float
    start: float
    figure: float
    stacked: bool = False
    apart: bool = False

    def heights(self, labels: int, *, counts: bool) -> Heights:
        """Of a line whose label has so many lines, with counts or without."""
        high = ROW + STEP * (labels - 1)
        if not self.stacked:
            return Heights(high / 2, 0.0, high, high)
        figure = ROW / 2
        if counts and self.apart:
            figure += STEP * labels
            high += STEP
        return Heights(figure, high, high + _MARK, high + _MARK + _BELOW)


def columns_of(sheet: Drawing, block: Panel, x: float, width: float) -> Columns:
    """The columns of a block ``width`` mm wide from ``x`` on."""
    rows = [line for line in block.lines if line.kind not in NAMES]
    bold = {id(line): line.kind == "pooled" for line in rows}
    figure = _widest(sheet.width_of(line.figure, BODY, bold=bold[id(line)]) for line in rows)
    figure = max(figure, _longest_word(sheet, block.figure_head))
    cells = []
    for i, head in enumerate(block.heads):
        counts = _widest(sheet.width_of(line.cells[i], BODY, bold=bold[id(line)]) for line in rows if line.cells)
        cells.append(
            max(counts, min(_MOST_HEAD * width, _longest_word(sheet, head)), sheet.width_of("events/n", SMALL, bold=True))
        )
    words = _widest(sheet.width_of(word, BODY) for line in rows if line.cells for word in line.label.split())
    edge = x + width
    if width < NARROW:
        label = width - figure - sum(cells) - _GAP * (len(cells) + 1)
        ends = _edges(x + label, cells)
        apart = label < min(words, _LEAST_LABEL)
        return Columns(
            label=width if apart else label,
            free=width - figure - _GAP,
            first=x + label,
            cells=ends,
            left=x + _INSET,
            right=edge - _INSET,
            start=edge - figure,
            figure=edge,
            stacked=True,
            apart=apart,
        )
    label = _widest(sheet.width_of(line.label, BODY, bold=bold[id(line)]) for line in rows if line.cells)
    rest = width - figure - sum(cells) - _GAP * (len(cells) + 2)
    picture = max(_SHARE * width, rest - label)
    # In a narrow column, no name is broken within a word for the picture's sake.
    label = max(_LEAST_LABEL, rest - picture, min(words, rest - _LEAST_PICTURE))
    ends = _edges(x + label, cells)
    left, right = (ends or (x + label,))[-1] + _GAP + 0.4, edge - figure - _GAP
    # Where there are no counts, their columns are free for the label.
    free = left - _GAP - x
    return Columns(label=label, free=free, first=x + label, cells=ends, left=left, right=right, start=right, figure=edge)


def _edges(edge: float, cells: Iterable[float]) -> tuple[float, ...]:
    edges = []
    for cell in cells:
        edge += _GAP + cell
        edges.append(edge)
    return tuple(edges)


def _widest(widths: Iterable[float]) -> float:
    return max(widths, default=0.0)


def _longest_word(sheet: Drawing, head: str) -> float:
    return _widest(sheet.width_of(part, SMALL, bold=True) for part in head.split(" "))
