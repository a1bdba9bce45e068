"""Forest plots of a comparison, at the width of a journal's column: on screen, in print, in SVG that can be read and edited as text.

Strata that hold both subjects are drawn, rates next to one measure of the two against each other. Where an outcome has none, the strata
that hold one are drawn, a's next to b's, and nothing between them. What isn't drawn is counted under the plot. Matplotlib comes with the
extra ``plot``; it is imported by the functions alone.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from registry.comparing.comparison import ApartStratum, Comparison, OutcomeAnswer, SharedStratum
from registry.errors import RequestError
from registry.forest.alone import page_of
from registry.forest.blocks import draw_block
from registry.forest.columns import BODY, SMALL
from registry.forest.drawing import INK, SOFT, Drawing
from registry.forest.inline_sheet import InlineSheet
from registry.forest.kinds import FOREST, pictures_of
from registry.forest.lines import Panel, Words, apart_blocks, contrast_block, rates_block
from registry.forest.order import SORTS, order_named
from registry.forest.pictures import figure_of, fitted, stack
from registry.forest.sheet import Sheet, quietly
from registry.pooling.contrasts import Indirect
from registry.pooling.counts import Pair
from registry.pooling.measures import LEADING, ODDS_RATIO, Measure, measure_named
from registry.pooling.network_effects import NetworkEffect
from registry.pooling.random_effects import Pooled
from registry.strata.drafts import with_drafts
from schemas.wording import counted
from validation.formats.visible import visible, well_formed

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

__all__ = ["SUFFIXES", "WIDTHS", "Width", "forest", "panels_of_stratum", "rendered", "save"]

Width = Literal["single", "double"]

WIDTHS: Mapping[Width, float] = {"single": 85.0, "double": 180.0}
"""Widths of one and two columns of a journal, in mm."""

_BY_TRIAL = next(iter(SORTS))

SUFFIXES = (".svg", ".png", ".pdf", ".html")

_MARGIN, _GUTTER = 1.0, 7.0
_DPI = 300
_MOST_PIXELS = 60_000
"""A picture higher than this can't be made; the resolution gives way."""

_TRIALS = "Squares and circles: trials, area by weight, with 95% confidence intervals; an arrow where one is cut off."
_COMMON = "; common effects, whose 95% interval no prior makes"
_INDIRECT = "Hollow diamonds: indirect evidence alone."
_NETWORK_ALONE = (
    "No trial had both, and no third treatment was compared with either: only the network has them, by the odds ratio."
)


def forest(
    comparison: Comparison,
    *,
    labels: Mapping[str, str] | None = None,
    width: Width = "double",
    measure: str = LEADING,
    sort: str = _BY_TRIAL,
) -> Figure:
    """The forest plot of a comparison, all strata one under the other; where there is nothing to draw, it says why.

    ``labels`` gives words for the ids of vocabularies, ``measure`` names the measure drawn, and
    ``sort`` the order of the trials. Raises ``RequestError`` for a width that is none of ``WIDTHS``, an order that is none of ``SORTS``, and a
    measure that there isn't.
    """
    with quietly():
        sheet = Sheet(_wide(width))
        return sheet.finished(_Page(sheet, Words(labels), measure_named(measure), order_named(sort)).comparison(comparison))


def panels_of_stratum(
    stratum: SharedStratum | ApartStratum,
    outcome: str,
    title: str,
    *,
    labels: Mapping[str, str] | None = None,
    series: int = 0,
    measure: str = LEADING,
) -> list[Markup]:
    """The blocks of a stratum without a heading, each as ``fitted`` gives it, a column wide, for a page that places and names them itself.
    ``title`` names them for those who don't see them. However long, it is there in both widths: stacked alone it would be too high for a window.
    Matplotlib isn't needed.
    """
    width = WIDTHS["single"]
    page = _Page(InlineSheet(width), Words(labels), measure_named(measure), order_named(_BY_TRIAL))
    return [fitted(partial(_block, block), title, width, math.inf) for block in page.blocks(stratum, outcome, series)]


def save(
    comparison: Comparison,
    path: Path,
    *,
    labels: Mapping[str, str] | None = None,
    width: Width = "double",
    measure: str = LEADING,
    sort: str = _BY_TRIAL,
    picture: str = FOREST,
) -> None:
    """Draw the forest plot, or another of ``PICTURES``, to a file, in the form that its suffix names; the same bytes for the same comparison.

    Raises ``RequestError`` for another suffix, with those that work, and as :func:`forest` does, and ``OSError`` where the file can't be written.
    """
    from registry.packages.atomic import write_whole

    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise RequestError(f"the plot's file name must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}, not {path.name!r}")
    words = Words(labels)
    title = well_formed(visible(f"{words(comparison.a)} and {words(comparison.b)}"))
    pictures = None if picture == FOREST else pictures_of(comparison, picture, words)
    note = visible(with_drafts(comparison.drafts))
    if suffix == ".html":
        sheet = InlineSheet(_wide(width))
        if pictures is None:
            end = _Page(sheet, words, measure_named(measure), order_named(sort)).comparison(comparison)
        else:
            end = stack(sheet, pictures, note)
        write_whole(path, page_of(sheet.finished(end, title), title).encode())
        return
    if pictures is None:
        figure = forest(comparison, labels=labels, width=width, measure=measure, sort=sort)
    else:
        figure = figure_of(pictures, _wide(width), note)
    write_whole(path, rendered(figure, suffix, title))


def rendered(figure: Figure, suffix: str, title: str) -> bytes:
    """A figure as a file of one of ``SUFFIXES`` but a page, without the day on which it was made."""
    title = well_formed(visible(title))
    metadata: dict[str, dict[str, Any]] = {
        ".svg": {"Title": title, "Date": None, "Creator": None},
        ".png": {"Title": title, "Software": None},
        ".pdf": {"Title": title, "CreationDate": None, "Creator": None, "Producer": None},
    }
    written = io.BytesIO()
    with quietly():
        dpi = min(_DPI, int(_MOST_PIXELS / figure.get_figheight()))
        figure.savefig(written, format=suffix[1:], dpi=dpi, metadata=metadata[suffix])
    return written.getvalue()


def _block(block: Panel, sheet: Drawing, x: float, y: float, width: float) -> float:
    return draw_block(sheet, block, x, y, width)


def _wide(width: str) -> float:
    """The width of that name, in mm."""
    for name, wide in WIDTHS.items():
        if name == width:
            return wide
    raise RequestError(f"a plot's width is {' or '.join(WIDTHS)}, not {width!r}")


class _Page:
    """A sheet that is filled from top to bottom, in one column or in two."""

    def __init__(self, sheet: Drawing, words: Words, measure: Measure[Pair], sort: str) -> None:
        self.sheet, self.words, self.measure = sheet, words, measure
        self.sort = sort
        self.inner = sheet.width - 2 * _MARGIN
        self.columns = 1 if sheet.width < WIDTHS["double"] else 2
        self.y = _MARGIN

    @property
    def end(self) -> float:
        """The height of what is on it, in mm."""
        return self.y + _MARGIN

    def comparison(self, comparison: Comparison) -> float:
        """The whole plot of a comparison, and its height."""
        a, b = self.words(comparison.a), self.words(comparison.b)
        self.prose(f"{a} and {b}", 9.0, bold=True)
        if comparison.drafts:
            self.prose(visible(with_drafts(comparison.drafts)), BODY, bold=True)
        for warning in comparison.warnings:
            self.prose(f"Warning: {visible(warning)}", BODY, bold=True)
        if comparison.reason:
            self.prose(f"Crossed: {', '.join(comparison.across)}. Reason: {visible(comparison.reason)}", BODY)
        drawn = False
        for answer in comparison.outcomes:
            drawn = self.outcome(answer, comparison) or drawn
        if drawn:
            self.y += 2.5
            pooled = [one for answer in comparison.outcomes for one in self.pooled(answer)]
            self.prose(" ".join(_key(pooled)), SMALL, colour=SOFT)
        return self.end

    def pooled(self, answer: OutcomeAnswer) -> Iterator[Pooled | Indirect | NetworkEffect]:
        """What is drawn of an outcome as a diamond, or would be if several trials were in it."""
        for one in answer.shared:
            yield from (one.a.pooled, one.b.pooled)
            if one.contrast is not None and self.measure.name in one.contrast.effects:
                yield one.contrast.effects[self.measure.name]
            if one.network is not None and self.measure.name == ODDS_RATIO.name:
                yield one.network
        if not answer.shared:
            yield from (one.side.pooled for one in answer.apart)

    def outcome(self, answer: OutcomeAnswer, comparison: Comparison) -> bool:
        """One outcome, and whether anything of it was drawn."""
        self.y += 2.5
        self.sheet.line(_MARGIN, self.y, _MARGIN + self.inner, self.y, colour=INK, points=0.8)
        self.y += 0.8
        self.prose(visible(answer.outcome).capitalize(), 8.0, bold=True)
        self.prose(visible(answer.summary), BODY)
        for shared in answer.shared:
            self.y += 2.2
            self.stratum(shared, answer.outcome)
        apart = {subject: [s for s in answer.apart if s.side.subject == subject] for subject in (comparison.a, comparison.b)}
        left = []
        if answer.shared:
            left = [
                f"{counted(len(found), 'stratum', 'strata')} with {self.words(subject)} alone"
                for subject, found in apart.items()
                if found
            ]
        elif answer.apart:
            self.y += 2.0
            # Where one of the two has no stratum, the other has its column.
            columns = self.columns if not all(apart.values()) else 1
            self.beside(
                [
                    b
                    for n, found in enumerate(apart.values())
                    for b in apart_blocks(n, found, self.words, columns=columns, sort=self.sort)
                ]
            )
        if arms := sum(len(one.rows) for one in answer.unpooled):
            left.append(f"{counted(arms, 'arm')} with something unstated")
        if left:
            self.y += 1.0
            self.prose(f"Not drawn: {'; '.join(left)}.", SMALL, colour=SOFT)
        return bool(answer.shared or answer.apart)

    def stratum(self, stratum: SharedStratum | ApartStratum, outcome: str, series: int = 0) -> None:
        self.prose(self.words.stratum(stratum.stratum), 7.0, bold=True)
        if isinstance(stratum, SharedStratum) and stratum.warning:
            self.prose(f"Warning: {stratum.warning}", SMALL)
        self.y += 0.8
        self.stacked(self.blocks(stratum, outcome, series))
        if isinstance(stratum, SharedStratum) and stratum.contrast is None:
            if stratum.network is None:
                self.prose(f"No contrast: {stratum.obstacle.value.words}.", SMALL, colour=SOFT)
            elif self.measure.name != ODDS_RATIO.name:
                self.prose(_NETWORK_ALONE, SMALL, colour=SOFT)

    def blocks(self, stratum: SharedStratum | ApartStratum, outcome: str, series: int) -> list[Panel]:
        """The rates, and next to them the contrast if there is one."""
        if isinstance(stratum, ApartStratum):
            return [rates_block([(series, stratum.side)], self.words, sort=self.sort)]
        contrast = contrast_block(stratum, outcome, self.words, self.measure, sort=self.sort)
        if contrast is None:
            return [
                rates_block([(0, stratum.a)], self.words, sort=self.sort),
                rates_block([(1, stratum.b)], self.words, sort=self.sort),
            ]
        return [rates_block([(0, stratum.a), (1, stratum.b)], self.words, sort=self.sort), contrast]

    def stacked(self, blocks: list[Panel]) -> None:
        """Blocks one under the other."""
        for number, block in enumerate(blocks):
            self.y = draw_block(self.sheet, block, _MARGIN, self.y + (2.0 if number else 0.0), self.inner)

    def beside(self, blocks: list[Panel]) -> None:
        """Blocks side by side where there are two columns, else one under the other."""
        if self.columns == 1:
            self.stacked(blocks)
        else:
            width = (self.inner - _GUTTER * (self.columns - 1)) / self.columns
            ends = [
                draw_block(self.sheet, block, _MARGIN + number * (width + _GUTTER), self.y, width)
                for number, block in enumerate(blocks)
            ]
            self.y = max([self.y, *ends])

    def prose(self, text: str, size: float, *, bold: bool = False, colour: str = INK) -> None:
        step = size * 0.42
        for line in self.sheet.wrapped(text, self.inner, size, bold=bold):
            self.y += step
            self.sheet.text(_MARGIN, self.y - step * 0.22, line, size, colour=colour, bold=bold)
        self.y += 0.5


def _key(drawn: Sequence[Pooled | Indirect | NetworkEffect]) -> Iterator[str]:
    """What the marks are, and how what is drawn as a diamond was pooled."""
    yield _TRIALS
    pooled = [one for one in drawn if isinstance(one, Pooled) and one.k > 1]
    networks = [one for one in drawn if isinstance(one, NetworkEffect)]
    if methods := dict.fromkeys(one.method.short for some in (pooled, networks) for one in some):
        yield f"Diamonds: pooled by {'; '.join(methods)}."
    if any(one.prediction_low is not None for one in pooled):
        common = any(one.half is not None and one.common is not None for one in pooled)
        yield f"Capped bars: 95% prediction intervals{_COMMON if common else ''}."
    if any(isinstance(one, Indirect) for one in drawn) or any(one.indirect is not None or not one.k_direct for one in networks):
        yield _INDIRECT
