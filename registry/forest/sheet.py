"""The paper that forest plots are drawn on: one matplotlib axes, in millimetres from the upper left corner, and what is put there.

Sizes are those of the printed figure, so that nothing has to be scaled to fit a journal's column, and no text comes out below 6 points.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

from registry.extras import must_have

__all__ = ["COLOURS", "INK", "RULE", "SOFT", "Sheet", "quietly", "width_of", "wrapped"]

INK, SOFT, RULE = "#1d2126", "#575e68", "#cfd2d6"
COLOURS = ("#0072b2", "#d55e00", INK)
"""For a, b and the two against each other: blue and vermilion of Okabe and Ito's palette, which differ under every colour blindness
and in lightness too; and ink."""

_FAMILIES = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
"""The first three have the same widths, so a reader's machine may put one for another; the last comes with matplotlib."""

_POINT = 25.4 / 72
_BREAKS = re.compile(r"(?<=[ -])|(?<=\.)(?=[a-z])")
"""Where a line may end: after a space, a hyphen, or a part of an id."""

Align = Literal["left", "center", "right"]


@contextmanager
def quietly() -> Iterator[None]:
    """Matplotlib with our fonts and reproducible SVG; a letter that no font has is drawn as a box, without a word of warning.

    A ``matplotlibrc`` in the working folder, which could make LaTeX run on a package's text, has no effect.
    """
    must_have("matplotlib", "plot")
    import matplotlib as mpl

    settings: Any = {
        "font.family": _families(),
        # Unhinted, letters are as wide in a picture as they were measured.
        "text.hinting": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "trial-outcomes",
        "pdf.fonttype": 42,
        "path.simplify": False,
    }
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        yield


@cache
def _families() -> list[str]:
    from matplotlib.font_manager import fontManager

    known = set(fontManager.get_font_names())
    return [family for family in _FAMILIES if family in known]


@cache
def _measure(text: str, size: float, weight: str) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(
        text, FontProperties(family=_families(), size=size, weight=weight), ismath=False
    )
    return float(width) * _POINT


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """How wide the text is, in mm."""
    return _measure(text, size, "bold" if bold else "normal") if text else 0.0


def wrapped(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The text, whole, in lines of the width; a word that is wider goes on in the next line."""
    lines: list[str] = []
    parts = [part for part in _BREAKS.split(text.strip()) if part]
    while parts:
        taken = 1
        while taken < len(parts) and width_of("".join(parts[: taken + 1]).rstrip(), size, bold=bold) <= width:
            taken += 1
        line, parts = "".join(parts[:taken]), parts[taken:]
        fits = _fitting(line.rstrip(), width, size, bold=bold)
        lines.append(line[:fits])
        if rest := line[fits:].strip():
            # With the space after it, if there is one: the next word is another.
            parts.insert(0, f"{rest}{line[len(line.rstrip()) :]}")
    return lines


def _fitting(text: str, width: float, size: float, *, bold: bool) -> int:
    """How many of the text's characters, at least one, fit in the width."""
    if width_of(text, size, bold=bold) <= width:
        return len(text)
    fits, short = 1, len(text)
    while short - fits > 1:
        middle = (fits + short) // 2
        if width_of(text[:middle], size, bold=bold) <= width:
            fits = middle
        else:
            short = middle
    return fits


class Sheet:
    """A figure in the making, ``width`` mm wide; its height is settled by ``finished``."""

    def __init__(self, width: float) -> None:
        from matplotlib.figure import Figure

        self.width = width
        self.figure: Figure = Figure(facecolor="white")
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()

    def finished(self, height: float) -> Figure:
        """The figure, ``height`` mm high."""
        self.figure.set_size_inches(self.width / 25.4, height / 25.4)
        self._axes.set_xlim(0, self.width)
        self._axes.set_ylim(height, 0)
        return self.figure

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        colour: str = INK,
        bold: bool = False,
        align: Align = "left",
        link: str | None = None,
    ) -> None:
        """Words on the base line ``y``. A dollar sign in them is a dollar sign, not mathematics."""
        drawn = self._axes.text(
            x,
            y,
            words,
            size=size,
            color=colour,
            weight="bold" if bold else "normal",
            ha=align,
            va="baseline",
            parse_math=False,
            family=_families(),
        )
        if link is not None:
            drawn.set_url(link)

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        colour: str = INK,
        points: float = 0.6,
        dashes: tuple[float, ...] = (),
    ) -> None:
        """A straight line, ``points`` thick."""
        from matplotlib.lines import Line2D

        style: Any = (0, dashes) if dashes else "-"
        self._axes.add_artist(
            Line2D([x0, x1], [y0, y1], color=colour, linewidth=points, linestyle=style, solid_capstyle="butt", clip_on=False)
        )

    def shape(self, corners: list[tuple[float, float]], colour: str, *, hollow: bool = False) -> None:
        """A closed shape: filled, or its outline alone."""
        from matplotlib.patches import Polygon

        self._axes.add_patch(
            Polygon(
                corners,
                closed=True,
                facecolor="white" if hollow else colour,
                edgecolor=colour,
                linewidth=0.8 if hollow else 0.3,
                joinstyle="miter",
                clip_on=False,
                zorder=3,
            )
        )

    def square(self, x: float, y: float, side: float, colour: str) -> None:
        """A filled square about a point."""
        h = side / 2
        self.shape([(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)], colour)

    def circle(self, x: float, y: float, side: float, colour: str) -> None:
        """A filled circle about a point, of the same area as the square of that side."""
        from matplotlib.patches import Circle

        self._axes.add_patch(
            Circle((x, y), side * 0.564, facecolor=colour, edgecolor=colour, linewidth=0.3, clip_on=False, zorder=3)
        )

    def diamond(
        self,
        ends: tuple[float, float],
        middle: float,
        y: float,
        height: float,
        colour: str,
        *,
        within: tuple[float, float],
        hollow: bool,
    ) -> None:
        """A diamond from end to end of an interval, highest at the estimate; cut off where the picture ends.

        One that is narrower than a line is still to be seen.
        """
        low, high = min(ends[0], middle - 0.25), max(ends[1], middle + 0.25)
        half = height / 2
        upper: list[tuple[float, float]] = []
        for end, edge in ((low, within[0]), (high, within[1])):
            outside = max(edge - end, end - edge) if not within[0] <= end <= within[1] else 0.0
            upper += [(edge if outside else end, half * outside / abs(middle - end)), (middle, half)]
        left, top, right = upper[0], upper[1], upper[2]
        corners = [(left[0], y - left[1]), (top[0], y - top[1]), (right[0], y - right[1])]
        corners += [(px, 2 * y - py) for px, py in reversed(corners)]
        self.shape(list(dict.fromkeys(corners)), colour, hollow=hollow)
