"""The paper of pictures within a page: an SVG element made of text, without matplotlib, in colours that the page may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

from registry.forest.drawing import COLOURS, INK, PAPER, RULE, SOFT, Align, Drawing
from validation.formats.visible import well_formed

__all__ = ["ROLES", "InlineSheet"]

_POINT = 25.4 / 72

ROLES = {INK: "ink", SOFT: "soft", RULE: "rule", COLOURS[0]: "series-a", COLOURS[1]: "series-b", PAPER: "paper"}
"""The colours that a page may override, as the properties ``--ink`` and so on."""

_REGULAR = {
    191: "'", 222: "ijl’‘", 260: "|", 278: " \u00a0!,./:;I[\\]ft·", 333: "()-`r²“”", 334: "{}", 350: "•", 355: '"', 389: "*", 400: "°",
    469: "^", 500: "Jcksvxyzç", 549: "≤≥±", 556: "–", 584: "+<=>~−×", 611: "FTZßø", 667: "&ABEKPSVXYÉÄ", 722: "CDHNRUwÜ", 778: "GOQÖ", 833: "Mm",
    834: "½", 889: "%", 944: "W", 1000: "—→←…", 1015: "@",
}  # fmt: skip
_BOLD = {
    238: "'", 278: " \u00a0,./I\\ijl·’‘", 280: "|", 333: "!()-:;[]`ft²", 350: "•", 389: "*r{}", 400: "°", 474: '"', 500: "z“”", 549: "≤≥±",
    556: "–", 584: "+<=>^~−×", 611: "?FLTZbdghnopquüößñø", 667: "EPSVXYÉ", 722: "&ABCDHKNRUÜÄ", 778: "GOQwÖ", 833: "M", 834: "½", 889: "%m", 944: "W",
    975: "@", 1000: "—→←…",
}  # fmt: skip
"""How wide letters are in Helvetica, Arial and Liberation Sans, in thousandths of the size."""

_OTHERS = 0.556
"""As wide as a digit, which most of the other letters are."""

_BROADEST = 1.0
"""Of letters beyond the Latin ones, which may be as wide as they are high."""

_ANCHORS: Mapping[Align, str] = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}

_END = "</a>"

_WIDTHS = [{letter: width / 1000 for width, letters in of.items() for letter in letters} for of in (_REGULAR, _BOLD)]


class InlineSheet(Drawing):
    """A picture that becomes an element of a page: ``finished`` gives it. Sizes are relative, since a page scales it to fit."""

    def __init__(self, width: float) -> None:
        super().__init__(width)
        # Lines of one kind are one path, which takes a tenth of the bytes; kinds are drawn in the order in which they first come.
        self._under: dict[str, list[str]] = {}
        self._over: list[str] = []
        self._link: str | None = None

    @staticmethod
    @lru_cache(maxsize=1 << 14)
    def width_of(text: str, size: float, *, bold: bool = False) -> float:
        widths = _WIDTHS[bold]
        return _POINT * size * sum(widths.get(c, _OTHERS if ord(c) < 0x250 else _BROADEST) for c in text)

    def finished(self, height: float, title: str) -> Markup:
        """The element, ``height`` mm high, named by the title for those who don't see it."""
        # An image has no links in it; a group may.
        role = "img" if self._link is None else "group"
        under = "".join(f'<path d="{"".join(parts)}" {kind}/>' for kind, parts in self._under.items())
        # Only the title and the words of texts are data, and they are escaped.
        return Markup(  # noqa: S704
            f'<svg viewBox="0 0 {_n(self.width)} {_n(height)}" role="{role}" aria-label="{escape(well_formed(title))}" '
            f'font-family="Liberation Sans, Arial, Helvetica, sans-serif" style="{_filled(INK)}">{under}{"".join(self._over)}</svg>'
        )

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
        drawn = f'<text x="{_n(x)}" y="{_n(y)}" {_set(size, colour, bold, align)}>{_escaped(words)}</text>'
        if link is None:
            self._over.append(drawn)
        elif self._over and self._over[-1] == _END and link == self._link:
            # Neighbours that lead to one place are one link.
            self._over[-1:] = drawn, _END
        else:
            self._link = link
            self._over += f'<a href="{escape(link)}" rel="noreferrer">', drawn, _END

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
        self._under.setdefault(_kind(colour, points, dashes), []).append(f"M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}")

    def shape(self, corners: list[tuple[float, float]], colour: str, *, hollow: bool = False) -> None:
        path = "L".join(f"{_n(x)} {_n(y)}" for x, y in corners)
        self._over.append(f'<path d="M{path}Z" style="{_painted(colour, hollow=hollow)}"/>')

    def outlines(self, shapes: Sequence[list[tuple[float, float]]], colour: str) -> None:
        path = "".join(map(_outline, shapes))
        self._over.append(f'<path d="{path}" style="{_painted(colour, hollow=True)}"/>')

    def circle(self, x: float, y: float, side: float, colour: str, *, hollow: bool = False) -> None:
        radius, style = _n(side * self.ROUND), _painted(colour, hollow=hollow)
        self._over.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{radius}" style="{style}"/>')

    def circles(self, spots: Sequence[tuple[float, float]], side: float, colour: str, *, hollow: bool = False) -> None:
        radius = side * self.ROUND
        half = f"a{_n(radius)} {_n(radius)} 0 1 0 "
        round_ = f"{half}{_n(2 * radius)} 0{half}{_n(-2 * radius)} 0"
        path = "".join(f"M{_n(x - radius)} {_n(y)}{round_}" for x, y in spots)
        self._over.append(f'<path d="{path}" style="{_painted(colour, hollow=hollow)}"/>')


def _outline(corners: list[tuple[float, float]]) -> str:
    """The path of a closed shape; a side along an axis takes one number, which halves a square."""
    at = [(_n(x), _n(y)) for x, y in corners]
    told = [f"M{at[0][0]} {at[0][1]}"]
    for (x0, y0), (x1, y1) in pairwise(at):
        told.append(f"H{x1}" if y0 == y1 else f"V{y1}" if x0 == x1 else f"L{x1} {y1}")
    return f"{''.join(told)}Z"


@lru_cache(maxsize=1 << 14)
def _escaped(words: str) -> str:
    return str(escape(well_formed(words)))


@cache
def _set(size: float, colour: str, bold: bool, align: Align) -> str:
    """How a text is set, as attributes; ink is what the whole is filled with."""
    weight = ' font-weight="bold"' if bold else ""
    filled = "" if colour == INK else f' style="{_filled(colour)}"'
    return f'font-size="{_n(size * _POINT)}"{_ANCHORS[align]}{weight}{filled}'


@lru_cache(maxsize=1 << 14)
def _n(value: float) -> str:
    written = f"{value or 0.0:.2f}"  # as the cache has them, nought and minus nought are one
    return written.rstrip("0").rstrip(".") if written[-1] == "0" else written


def _colour(colour: str) -> str:
    return f"var(--{ROLES[colour]},{colour})"


@lru_cache(maxsize=1 << 10)
def _kind(colour: str, points: float, dashes: tuple[float, ...]) -> str:
    """What lines of one kind share, as attributes."""
    dashed = f' stroke-dasharray="{" ".join(map(_n, dashes))}"' if dashes else ""
    return f'style="stroke:{_colour(colour)};stroke-width:{_n(points * _POINT)}"{dashed}'


@cache
def _filled(colour: str) -> str:
    return f"fill:{_colour(colour)}"


@cache
def _painted(colour: str, *, hollow: bool) -> str:
    return f"{_filled(PAPER)};stroke:{_colour(colour)};stroke-width:{_n(0.8 * _POINT)}" if hollow else _filled(colour)
