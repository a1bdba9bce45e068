"""What a picture on a page shows, and where: the boxes of its words as SVG has them."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from typing import NamedTuple

from registry.forest.inline_sheet import InlineSheet
from registry.forest.pictures import COLUMN, Picture, csv_of, inline

__all__ = ["Box", "boxes", "height_of", "lines_of", "overlaps", "svg_of", "table_of", "words_of"]

_POINT = 25.4 / 72


class Box(NamedTuple):
    """A text with its edges, in mm from the upper left corner."""

    words: str
    left: float
    right: float
    top: float
    bottom: float


def svg_of(picture: Picture, width: float = COLUMN) -> ET.Element:
    return ET.fromstring(str(inline(picture.draw, width, picture.named)))  # noqa: S314  we drew it


def boxes(picture: Picture, width: float = COLUMN) -> list[Box]:
    found = []
    for text in svg_of(picture, width).iter("text"):
        words, size = "".join(text.itertext()), float(text.get("font-size", "0"))
        wide = InlineSheet.width_of(words, size / _POINT, bold=text.get("font-weight") == "bold")
        x, y = float(text.get("x", "nan")), float(text.get("y", "nan"))
        left = x - {None: 0.0, "middle": wide / 2, "end": wide}[text.get("text-anchor")]
        found.append(Box(words, left, left + wide, y - 0.75 * size, y + 0.22 * size))
    return found


def overlaps(found: list[Box]) -> list[tuple[str, str]]:
    """The words that lie on each other by more than a hair."""
    return [
        (one.words, other.words)
        for i, one in enumerate(found)
        for other in found[i + 1 :]
        if min(one.right, other.right) - max(one.left, other.left) > 0.1
        and min(one.bottom, other.bottom) - max(one.top, other.top) > 0.1
    ]


def lines_of(picture: Picture, kind: str = "", width: float = COLUMN) -> list[tuple[float, ...]]:
    """Both ends of every line whose style has these words."""
    paths = [
        p.get("d", "")
        for p in svg_of(picture, width).iter("path")
        if kind in p.get("style", "") and "fill" not in p.get("style", "")
    ]
    return [tuple(map(float, part.replace("L", " ").split())) for path in paths for part in path.split("M")[1:]]


def words_of(picture: Picture) -> str:
    return " ".join(box.words for box in boxes(picture))


def height_of(picture: Picture, width: float = COLUMN) -> float:
    return float(re.split(r"\s+", svg_of(picture, width).get("viewBox", ""))[3])


def table_of(picture: Picture) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(picture))))
