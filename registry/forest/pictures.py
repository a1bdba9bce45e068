"""A picture as it is declared once: what is drawn, what it says in words, and the figures behind it, for a page or a file.

A kind of picture is a module that makes them (``ladder_picture`` and its neighbours). Pages, files and notebooks take any.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from registry.exporting.exports import written
from registry.exporting.tables import Table
from registry.forest.drawing import INK, Drawing
from registry.forest.inline_sheet import InlineSheet
from validation.formats.visible import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLUMN", "PAGE", "PHONE", "SCREEN", "Picture", "csv_of", "figure_of", "fitted", "inline", "stack"]

COLUMN, PAGE = 85.0, 174.0
"""Widths of a journal's column and of its page, in mm."""

SCREEN, PHONE = 72.0, 54.0
"""Widths for a page, in mm: in a window, and on a phone, where a box of 285 pixels has words of 11."""

_HEAVY = 25_000
"""Letters of an element that is in a page once: a page of several such pictures would pass 300 kB with each of them twice."""

_MARGIN = 1.0
_TITLE = 7.5

Draw = Callable[[Drawing, float, float, float], float]
"""Draws on the paper from a left edge and a top in a width, all in mm, and gives the lower edge."""


@dataclass(frozen=True)
class Picture:
    """``says`` is what it shows, in sentences, for those who don't see it. ``table`` has a row for each mark, and ``code`` is R that draws them
    from ``name``.csv.
    """

    name: str
    title: str
    says: str
    table: Table
    code: str
    draw: Draw

    @property
    def file(self) -> str:
        """What its table is called where it is downloaded."""
        return f"{self.name}.csv"

    @property
    def named(self) -> str:
        """Its name for those who don't see it."""
        return f"{self.title}. {self.says}"

    @property
    def script(self) -> str:
        """R that reads the table and draws it."""
        return f"d <- read.csv({json.dumps(visible(self.file), ensure_ascii=False)})\n{self.code}"


def csv_of(picture: Picture) -> str:
    """The table as a CSV file."""
    return "".join(written(picture.table))


def inline(draw: Draw, width: float, title: str) -> Markup:
    """What is drawn as an element of a page, ``width`` mm wide and named by the title for those who don't see it."""
    sheet = InlineSheet(width)
    return sheet.finished(draw(sheet, _MARGIN, _MARGIN, width - 2 * _MARGIN) + _MARGIN, title)


def fitted(draw: Draw, title: str, wide: float = SCREEN, most: float = _HEAVY) -> Markup:
    """What is drawn as a page has it: ``wide`` mm for a window and again for a phone, of which the style sheet shows one. What takes more than
    so many letters is there once, for a phone.
    """
    slim = inline(draw, PHONE, title)
    if len(slim) > most:
        told = f'<div class="once">{slim}</div>'
    else:
        told = f'<div class="broad">{inline(draw, wide, title)}</div><div class="slim">{slim}</div>'
    return Markup(told)  # noqa: S704  elements, which are escaped


def figure_of(pictures: Sequence[Picture], width: float = PAGE, note: str = "") -> Figure:
    """Pictures under their titles, one under the other, and under the note if there is one. Raises ``MissingError`` where matplotlib isn't installed."""
    from registry.forest.sheet import Sheet, quietly

    with quietly():
        sheet = Sheet(width)
        return sheet.finished(stack(sheet, pictures, note))


def stack(sheet: Drawing, pictures: Sequence[Picture], note: str = "") -> float:
    """Draw pictures under their titles, one under the other, and under the note if there is one; gives their height in mm."""

    def words(text: str, y: float) -> float:
        for line in sheet.wrapped(text, inner, _TITLE, bold=True) if text else ():
            y += _TITLE * 0.42
            sheet.text(_MARGIN, y - 0.6, line, _TITLE, colour=INK, bold=True)
        return y

    y, inner = _MARGIN, sheet.width - 2 * _MARGIN
    if note:
        y = words(note, y) + 2.0
    for picture in pictures:
        y = words(picture.title, y)
        y = picture.draw(sheet, _MARGIN, y + 0.6, inner) + 4.0
    return y - 4.0 + _MARGIN
