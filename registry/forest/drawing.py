"""What pictures are drawn with: words, lines and shapes on a paper, in millimetres from its upper left corner.

Sizes are those of the printed figure, so that nothing has to be scaled to fit a journal's column, and no text comes out below 6 points.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

__all__ = ["COLOURS", "INK", "PAPER", "RULE", "SOFT", "Align", "Drawing", "letter_of"]

INK, SOFT, RULE, PAPER = "#1d2126", "#575e68", "#cfd2d6", "#ffffff"
COLOURS = ("#0072b2", "#d55e00", INK)
"""For a, b and the two against each other: blue and vermilion of Okabe and Ito's palette, which differ under every colour blindness
and in lightness too; and ink."""

_BREAKS = re.compile(r"(?<=[ -])|(?<=\.)(?=[a-z])")
"""Where a line may end: after a space, a hyphen, or a part of an id."""

Align = Literal["left", "center", "right"]


def letter_of(number: int) -> str:
    """A, B, …, Z, then AA: what stands for one of several in a picture."""
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


class Drawing(ABC):
    """A picture in the making, ``width`` mm wide. Its height is settled when it is finished."""

    ROUND = 0.564
    """Radius of a circle that has the area of a square of side 1."""

    def __init__(self, width: float) -> None:
        self.width = width

    @staticmethod
    @abstractmethod
    def width_of(text: str, size: float, *, bold: bool = False) -> float:
        """How wide the text is, in mm, ``size`` in points."""

    @abstractmethod
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
        """Words on the base line ``y``."""

    @abstractmethod
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

    @abstractmethod
    def shape(self, corners: list[tuple[float, float]], colour: str, *, hollow: bool = False) -> None:
        """A closed shape: filled, or its outline alone."""

    @abstractmethod
    def circle(self, x: float, y: float, side: float, colour: str, *, hollow: bool = False) -> None:
        """A circle about a point, of the same area as the square of that side: filled, or its outline alone."""

    def circles(self, spots: Sequence[tuple[float, float]], side: float, colour: str, *, hollow: bool = False) -> None:
        """Circles of one kind about several points, of which none lies on another."""
        for x, y in spots:
            self.circle(x, y, side, colour, hollow=hollow)

    def outlines(self, shapes: Sequence[list[tuple[float, float]]], colour: str) -> None:
        """The outlines of many closed shapes, the first undermost."""
        for corners in shapes:
            self.shape(corners, colour, hollow=True)

    def square(self, x: float, y: float, side: float, colour: str) -> None:
        """A filled square about a point."""
        h = side / 2
        self.shape([(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)], colour)

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

    @classmethod
    def wrapped(cls, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """The text, whole, in lines of the width; a word that is wider goes on in the next line."""
        return list(cls._wrapped(text, width, size, bold))

    @classmethod
    @lru_cache(maxsize=1 << 12)
    def _wrapped(cls, text: str, width: float, size: float, bold: bool) -> tuple[str, ...]:
        lines: list[str] = []
        parts = [part for part in _BREAKS.split(text.strip()) if part]
        while parts:
            taken = 1
            while taken < len(parts) and cls.width_of("".join(parts[: taken + 1]).rstrip(), size, bold=bold) <= width:
                taken += 1
            line, parts = "".join(parts[:taken]), parts[taken:]
            fits = cls._fitting(line.rstrip(), width, size, bold=bold)
            lines.append(line[:fits])
            if rest := line[fits:].strip():
                # With the space after it, if there is one: the next word is another.
                parts.insert(0, f"{rest}{line[len(line.rstrip()) :]}")
        return tuple(lines)

    @classmethod
    def _fitting(cls, text: str, width: float, size: float, *, bold: bool) -> int:
        """How many of the text's characters, at least one, fit in the width."""
        if cls.width_of(text, size, bold=bold) <= width:
            return len(text)
        fits, short = 1, len(text)
        while short - fits > 1:
            middle = (fits + short) // 2
            if cls.width_of(text[:middle], size, bold=bold) <= width:
                fits = middle
            else:
                short = middle
        return fits
