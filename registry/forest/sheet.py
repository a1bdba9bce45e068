"""The paper of pictures that are kept as files: one matplotlib axes, in millimetres, and what is put there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

from registry.extras import must_have
from registry.forest.drawing import INK, PAPER, Align, Drawing

__all__ = ["Sheet", "quietly"]

_FAMILIES = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
"""The first three have the same widths, so a reader's machine may put one for another; the last comes with matplotlib."""

_POINT = 25.4 / 72


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


class Sheet(Drawing):
    """A figure in the making, ``width`` mm wide; its height is settled by ``finished``."""

    def __init__(self, width: float) -> None:
        from matplotlib.figure import Figure

        super().__init__(width)
        self.figure: Figure = Figure(facecolor="white")
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()

    @staticmethod
    def width_of(text: str, size: float, *, bold: bool = False) -> float:
        return _measure(text, size, "bold" if bold else "normal") if text else 0.0

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
        # A dollar sign in them is a dollar sign, not mathematics.
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
        from matplotlib.lines import Line2D

        style: Any = (0, dashes) if dashes else "-"
        self._axes.add_artist(
            Line2D([x0, x1], [y0, y1], color=colour, linewidth=points, linestyle=style, solid_capstyle="butt", clip_on=False)
        )

    def shape(self, corners: list[tuple[float, float]], colour: str, *, hollow: bool = False) -> None:
        from matplotlib.patches import Polygon

        self._axes.add_patch(
            Polygon(
                corners,
                closed=True,
                facecolor=PAPER if hollow else colour,
                edgecolor=colour,
                linewidth=0.8 if hollow else 0.3,
                joinstyle="miter",
                clip_on=False,
                zorder=3,
            )
        )

    def circle(self, x: float, y: float, side: float, colour: str, *, hollow: bool = False) -> None:
        from matplotlib.patches import Circle

        self._axes.add_patch(
            Circle(
                (x, y),
                side * self.ROUND,
                facecolor=PAPER if hollow else colour,
                edgecolor=colour,
                linewidth=0.8 if hollow else 0.3,
                clip_on=False,
                zorder=3,
            )
        )
