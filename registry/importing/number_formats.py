"""What the styles of a workbook make of a cell: a reader of the sheet sees something other than what is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from registry.importing.cells import SheetCell
from registry.importing.runs import APART, sets_apart
from registry.importing.workbook import MOST_IN_OTHERS, Workbook, local

__all__ = ["DATE", "PERCENT", "UNSHOWN", "Look", "Styles", "lay_over", "read_styles"]

PERCENT = "a percentage"
DATE, SCALED, BOUND, UNSHOWN, ADORNED, UNSIGNED = (
    "a date or time",
    "a number shown in thousands",
    "a number shown as a bound",
    "a number not shown as one",
    "shown with other signs than are stored",
    "a negative number that may be shown without its sign",
)
# ECMA-376 part 1, 18.8.30
_BUILT_IN = {str(n): "d" for n in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))} | {
    "9": "0%",
    "10": "0.00%",
    "37": "#,##0_);(#,##0)",
    "38": "#,##0_);[red](#,##0)",
    "39": "#,##0.00_);(#,##0.00)",
    "40": "#,##0.00_);[red](#,##0.00)",
    **dict.fromkeys(("41", "42", "43", "44"), '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)'),
}
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<wide>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<value>general|@|[0#?][0#?.,]*(e[+-]?[0#?]+)?(\s*/\s*[0-9#?]+)?|\.[0#?]+)|(?P<other>.)",
    re.DOTALL,
)
_VALUE = "\0"  # where the value itself is shown
_MONEY = "$€£¥¢"
_UNIT = (
    r"((mcg|µg|μg|ug|mg|g|kg|ml|mmol|iu|units?)(\s?(/|per |a )\s?(70 ?)?(d|day|kg|wk|week|h|hour|ml)){0,2}( daily| weekly)?"
    r"|min|minutes?|h|hours?|d|days?|wks?|weeks?|mo|months?|yrs?|years?|pts?|points?|per ?cent|%)"
)
_PLAIN = re.compile(rf"[\s(\[{_MONEY}]*%?[\s{_MONEY}]*{_VALUE}(\s+{_VALUE})*\s*({_UNIT})?[\s)\]{_MONEY}]*")
"""A value between blanks, brackets and money signs, with a unit after it: nothing of it can be taken for a part of the number."""


@dataclass
class Look:
    """What a style makes of a cell: its number format, and whether it raises, lowers or strikes out what it shows."""

    code: str = ""
    apart: bool = False

    def disguise(self, cell: SheetCell) -> str:
        """What it shows a cell as; nothing where it shows it as it is stored."""
        return (self._format.disguise(cell) if self._format else "") or (APART if self.apart else "")

    @cached_property
    def _format(self) -> _Format | None:
        return _Format(self.code) if self.code else None


@dataclass
class Styles:
    """The styles of a workbook: those of cells, by the number that a cell has, and those that conditional formats lay over them."""

    cells: dict[str, Look] = field(default_factory=dict)
    conditional: list[Look] = field(default_factory=list)

    def disguise(self, cell: SheetCell) -> str:
        """What a cell's own style shows it as; nothing where it shows it as it is stored."""
        look = self.cells.get(cell.style)
        return look.disguise(cell) if look else ""


def read_styles(book: Workbook) -> Styles:
    """The styles of a workbook; none where it has no part for them."""
    formats, apart, styles = dict(_BUILT_IN), list[bool](), Styles()
    within = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal within
        called = local(name)
        number = attributes.get("numFmtId", "0").strip().lstrip("0")
        if called in {"fonts", "cellXfs", "dxfs"}:
            within = called
        elif within == "dxfs":
            if called == "dxf":
                styles.conditional.append(Look())
            elif styles.conditional:
                lay_over(styles.conditional[-1], called, attributes)
        elif called == "numFmt":
            formats[number] = attributes.get("formatCode", "")
        elif called == "font" and within == "fonts":
            apart.append(False)
        elif within == "fonts" and apart and sets_apart(called, attributes):
            apart[-1] = True
        elif called == "xf" and within == "cellXfs":
            font = attributes.get("fontId", "0").strip()
            struck = font.isdecimal() and len(font) < 6 and int(font) < len(apart) and apart[int(font)]
            styles.cells[str(len(styles.cells))] = Look(formats.get(number, ""), struck)

    def end(name: str) -> None:
        nonlocal within
        within = "" if local(name) == within else within

    if book.styles is not None:
        book.parse(book.styles, start, end, most=MOST_IN_OTHERS)
    return styles


def lay_over(look: Look, called: str, attributes: dict[str, str]) -> None:
    """Add what an element of a conditional format's style says: a number format of its own, or a font that is struck out."""
    if called == "numFmt":
        number = attributes.get("numFmtId", "0").strip().lstrip("0")
        look.code = attributes.get("formatCode") or _BUILT_IN.get(number, "")
    elif sets_apart(called, attributes):
        look.apart = True


class _Format:
    """A number format: its sections are for numbers above zero, below it, zero, and text; or for what a condition says."""

    def __init__(self, code: str) -> None:
        sections: list[list[re.Match[str]]] = [[]]
        for piece in _PIECE.finditer(re.sub("_x[0-9a-f]{4}_", "", code.lower())):
            if piece["other"] == ";":
                sections.append([])
            else:
                sections[-1].append(piece)
        read = [_Section(pieces) for pieces in sections]
        of_text = len(read) > 3 or "@" in read[-1].code
        self.text = read[-1] if of_text else None
        self.numbers = (read[:-1] or read) if of_text else read
        self.by_condition = any(section.condition for section in self.numbers)

    def disguise(self, cell: SheetCell) -> str:
        if cell.kind in {"s", "str", "inlineStr"}:
            return ADORNED if self.text and self.text.disguise() else ""
        if cell.kind != "n":
            return ""
        try:
            number = float(cell.text or "0")
        except ValueError:
            number = 1  # which isn't one: its text is refused elsewhere
        if self.by_condition:
            odd = [odd for section in self.numbers if (odd := section.disguise())]
            return odd[0] if odd else UNSIGNED if number < 0 else ""
        if number < 0 and len(self.numbers) > 1:
            return self.numbers[1].disguise(negative=True)
        if number == 0 and len(self.numbers) > 2:
            return self.numbers[2].disguise(zero=True)
        return self.numbers[0].disguise()


class _Section:
    """A section of a number format. What is in brackets is money, a colour or a condition, unless it is a span of time: ``[h]``."""

    def __init__(self, pieces: list[re.Match[str]]) -> None:
        self.code = "".join(p["value"] or p["other"] or "" for p in pieces)
        self.condition = any(re.match("[<>=]", p["bracket"] or "") for p in pieces)
        self.spans_time = any(re.fullmatch("h+|m+|s+", p["bracket"] or "") for p in pieces)
        self.seen = re.sub(r"\s+", " ", "".join(map(_seen, pieces)))
        if pieces and all(p["bracket"] for p in pieces) and not self.spans_time and not self.seen:
            self.seen = _VALUE  # of a colour alone

    def disguise(self, *, negative: bool = False, zero: bool = False) -> str:
        """What the section shows as what; nothing where it shows it as it is stored."""
        bare, seen = self.code.replace("general", "0"), self.seen
        if zero and re.fullmatch(r"\s*0+([.,]0+)?\s*", seen):
            return ""
        plain = re.sub(r"^([\s(\[]*)[-−‐‑–]", r"\1", seen, count=1) if negative else seen
        bracketed = re.search(rf"\(.*{_VALUE}.*\)", seen, re.DOTALL) is not None
        found = {
            DATE: self.spans_time or re.search("[ymdhs]", bare),
            SCALED: re.search(r"[0#?],+(?![0#?,])", bare),
            BOUND: re.search("[<>≤≥]", seen),
            UNSHOWN: _VALUE not in seen,
            UNSIGNED: negative and plain == seen and not bracketed,
            ADORNED: not _PLAIN.fullmatch(plain),
            PERCENT: "%" in bare,
        }
        return next((what for what, is_so in found.items() if is_so), "")


def _seen(piece: re.Match[str]) -> str:
    """What a piece of a format is seen as."""
    if piece["value"]:
        return _VALUE
    if piece["bracket"] is not None:
        return piece["bracket"][1:].partition("-")[0] if piece["bracket"].startswith("$") else ""
    return " " if piece["wide"] else piece["quoted"] or piece["escaped"] or piece["fill"] or piece["other"] or ""
